import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Cleanup, errorMessage, ShoalError, sleep, systemClock, type Logger } from '../../base/index.ts'
import type {
  DeliveryComparison,
  DeliveryCondition,
  DeliverySpec,
  DeliveryTrial,
} from '../../contract/index.ts'
import { DirectWay } from './direct-way.ts'
import { GRACE_MS, PULL_MS, TELL_MS, WARM_UP_MS, WARM_UP_NUMBER } from './limits.ts'
import { MailWay } from './mail-way.ts'
import { isSettled, planTrial, summarise, type Moment, type Traced } from './trial.ts'

/** Runs every trial of a comparison, one after the other, and tells of it whole, a few times a second. */
export async function* compareDeliveries(
  spec: DeliverySpec,
  log: Logger,
  signal?: AbortSignal,
): AsyncGenerator<DeliveryComparison> {
  const done: DeliveryTrial[] = []
  const stop = new AbortController()
  const signals = AbortSignal.any([stop.signal, ...(signal ? [signal] : [])])
  try {
    for (const condition of spec.conditions) {
      const trial = new Trial(condition, spec, log)
      for await (const view of follow(trial, signals))
        yield { state: 'running', spec, trials: [...done, view] }
      done.push(trial.view())
    }
    yield { state: 'done', spec, trials: done }
  } finally {
    stop.abort(new ShoalError('cancelled', 'nobody looks any more'))
  }
}

/** Runs a trial; ends with it, or with whatever it failed with. Who stops following ends it. */
async function* follow(trial: Trial, outer: AbortSignal): AsyncGenerator<DeliveryTrial> {
  const stop = new AbortController()
  const running = trial.run(AbortSignal.any([outer, stop.signal]))
  const over = running.then(
    () => 'over' as const,
    () => 'over' as const,
  )
  try {
    do yield trial.view()
    while ((await Promise.race([over, sleep(TELL_MS)])) !== 'over')
    await running
  } finally {
    stop.abort(new ShoalError('cancelled', 'nobody looks any more'))
    await over
  }
}

/** Messages both ways under one condition. */
class Trial {
  readonly #condition: DeliveryCondition
  readonly #spec: DeliverySpec
  readonly #log: Logger
  readonly #cleanup = new Cleanup()
  readonly #direct = new Map<number, Traced>()
  readonly #mail = new Map<number, Traced>()
  #startedAt: number | undefined
  #endedAt: number | undefined
  #trouble: { from: number; to: number } | null = null

  constructor(condition: DeliveryCondition, spec: DeliverySpec, log: Logger) {
    this.#condition = condition
    this.#spec = spec
    this.#log = log
  }

  view(): DeliveryTrial {
    const condition = this.#condition
    const lengthMs = this.#endedAt ?? this.#now()
    const direct = summarise([...this.#direct.values()])
    const mail = summarise([...this.#mail.values()])
    const trouble = this.#trouble && { ...this.#trouble, to: Math.min(this.#trouble.to, lengthMs) }
    return { condition, lengthMs, trouble, direct, mail }
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      const ways = await this.#open()
      this.#startedAt = systemClock.now()
      const { messages, intervalMs } = this.#spec
      for (const moment of planTrial(this.#condition, messages, intervalMs)) {
        await sleep(Math.max(0, moment.at - this.#now()), { signal })
        await this.#act(moment, ways)
      }
      const until = this.#now() + GRACE_MS
      while (!isSettled(this.view()) && this.#now() < until) await sleep(PULL_MS, { signal })
      this.#endedAt = this.#now()
    } finally {
      await this.#cleanup.run()
    }
  }

  #now(): number {
    return this.#startedAt === undefined ? 0 : systemClock.now() - this.#startedAt
  }

  async #open(): Promise<{ direct: DirectWay; mail: MailWay }> {
    const folder = await mkdtemp(join(tmpdir(), 'shoal-deliveries-'))
    this.#cleanup.add(() => rm(folder, { recursive: true, force: true }))
    const warm = { mail: Promise.withResolvers<void>(), direct: Promise.withResolvers<void>() }
    const arrivedBy = (traced: Map<number, Traced>, isWarm: () => void) => (number: number) => {
      if (number === WARM_UP_NUMBER) isWarm()
      const message = traced.get(number)
      if (message) message.arrivedAt ??= this.#now()
    }
    const mail = await MailWay.open(folder, arrivedBy(this.#mail, warm.mail.resolve), this.#log)
    this.#cleanup.add(() => mail.stop())
    const direct = await DirectWay.open(arrivedBy(this.#direct, warm.direct.resolve))
    this.#cleanup.add(() => direct.stop())
    await Promise.all([mail.send(WARM_UP_NUMBER), direct.send(WARM_UP_NUMBER)])
    await Promise.race([Promise.all([warm.mail.promise, warm.direct.promise]), sleep(WARM_UP_MS)])
    return { direct, mail }
  }

  async #act(moment: Moment, { direct, mail }: { direct: DirectWay; mail: MailWay }): Promise<void> {
    if (moment.is === 'send') {
      const { number } = moment
      this.#send(this.#direct, number, direct.send(number))
      this.#send(this.#mail, number, mail.send(number))
      return
    }
    const isTrouble = moment.is === 'trouble'
    if (isTrouble) this.#trouble = { from: this.#now(), to: Infinity }
    if (this.#condition === 'server-down') await (isTrouble ? mail.serverDown() : mail.serverUp())
    else {
      if (isTrouble) mail.sleep()
      else mail.wake()
      await (isTrouble ? direct.sleep() : direct.wake())
    }
    if (!isTrouble && this.#trouble) this.#trouble = { ...this.#trouble, to: this.#now() }
  }

  #send(traced: Map<number, Traced>, number: number, sending: Promise<void>): void {
    traced.set(number, { sentAt: this.#now(), arrivedAt: null })
    sending.catch((error: unknown) => {
      if (!(error instanceof ShoalError))
        this.#log.debug('a message was lost', { error: errorMessage(error) })
    })
  }
}
