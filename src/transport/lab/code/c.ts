import type { LabAddress } from '../types.ts'
import type { CodeData, CodeSocket, Operation } from './operations.ts'

const HEAD = `#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void check(long result, const char *what) {
  if (result >= 0) return;
  perror(what);
  exit(1);
}
`

/** A program in C (POSIX, C99) that makes the same calls. */
export function cCode(operations: readonly Operation[]): string {
  const body = new Body()
  for (const operation of operations) body.add(operation)
  const lines = [...variables(operations), ...body.lines]
  return `${HEAD}\nint main(void) {\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n  return 0;\n}\n`
}

function variables(operations: readonly Operation[]): string[] {
  const reads = operations.flatMap((each) =>
    each.op === 'read' || each.op === 'recvfrom' ? [each.length] : [],
  )
  const fillers = operations.flatMap((each) =>
    (each.op === 'write' || each.op === 'sendto') && each.data.is === 'filler' ? [each.data.bytes] : [],
  )
  return [
    ...(reads.length > 0 ? [`static char buf[${Math.max(...reads)}];`, 'ssize_t n = 0;'] : []),
    ...(fillers.length > 0
      ? [`static char filler[${Math.max(...fillers)}];`, "memset(filler, 'x', sizeof filler);"]
      : []),
  ]
}

class Body {
  readonly lines: string[] = []
  /** Address variables that exist already: a struct is declared once. */
  readonly #declared = new Set<string>()

  add(operation: Operation): void {
    const { socket } = operation
    const { name } = socket
    switch (operation.op) {
      case 'socket':
        this.lines.push('', `int ${name} = socket(${socket.domain}, ${socket.type}, ${operation.protocol});`)
        this.lines.push(`check(${name}, "socket");`)
        break
      case 'bind':
        this.#address(`${name}_addr`, socket, operation)
        this.#call(`bind(${name}, (struct sockaddr *)&${name}_addr, sizeof ${name}_addr)`, 'bind')
        break
      case 'listen':
        this.#call(`listen(${name}, ${operation.backlog})`, 'listen')
        break
      case 'accept':
        this.#accept(operation.connection, name)
        break
      case 'connect':
        this.#address('servaddr', socket, operation)
        this.#call(`connect(${name}, (struct sockaddr *)&servaddr, sizeof servaddr)`, 'connect')
        break
      case 'write':
        this.#call(`write(${name}, ${dataArguments(operation.data)})`, 'write')
        break
      case 'read':
        this.#received(`read(${name}, buf, ${operation.length})`, 'read')
        break
      case 'sendto':
        this.#sendto(operation)
        break
      case 'recvfrom':
        this.#recvfrom(operation)
        break
      case 'shutdown':
        this.#call(`shutdown(${name}, ${operation.how})`, 'shutdown')
        break
      case 'close':
        this.#call(`close(${name})`, 'close')
        break
    }
  }

  #call(call: string, what: string): void {
    this.lines.push(`check(${call}, "${what}");`)
  }

  #received(call: string, what: string): void {
    this.lines.push(`n = ${call};`, `check(n, "${what}");`, 'printf("%.*s\\n", (int)n, buf);')
  }

  #accept({ name, domain }: CodeSocket, from: string): void {
    const peer = `${name}_addr`
    this.lines.push(`${structOf(domain)} ${peer};`, `socklen_t ${peer}_len = sizeof ${peer};`)
    this.lines.push(`int ${name} = accept(${from}, (struct sockaddr *)&${peer}, &${peer}_len);`)
    this.lines.push(`check(${name}, "accept");`)
  }

  #sendto({ socket, data, to }: Extract<Operation, { op: 'sendto' }>): void {
    const variable = to.is === 'sender' ? `${socket.name}_from` : 'servaddr'
    if (to.is === 'address') this.#address(variable, socket, to)
    const address = `(struct sockaddr *)&${variable}, sizeof ${variable}`
    this.#call(`sendto(${socket.name}, ${dataArguments(data)}, 0, ${address})`, 'sendto')
  }

  #recvfrom({ socket, length }: Extract<Operation, { op: 'recvfrom' }>): void {
    const from = `${socket.name}_from`
    if (!this.#declared.has(from)) {
      this.#declared.add(from)
      this.lines.push(`${structOf(socket.domain)} ${from};`, `socklen_t ${from}_len;`)
    }
    this.lines.push(`${from}_len = sizeof ${from};`)
    const address = `(struct sockaddr *)&${from}, &${from}_len`
    this.#received(`recvfrom(${socket.name}, buf, ${length}, 0, ${address})`, 'recvfrom')
  }

  #address(variable: string, { domain }: CodeSocket, { address, port }: LabAddress): void {
    const [prefix, family] = domain === 'PF_INET' ? ['sin', 'AF_INET'] : ['sin6', 'AF_INET6']
    if (!this.#declared.has(variable)) this.lines.push(`${structOf(domain)} ${variable};`)
    this.#declared.add(variable)
    this.lines.push(
      `memset(&${variable}, 0, sizeof ${variable});`,
      `${variable}.${prefix}_family = ${family};`,
      `${variable}.${prefix}_port = htons(${port});`,
      addressLine(variable, domain, address),
    )
  }
}

function structOf(domain: CodeSocket['domain']): string {
  return domain === 'PF_INET' ? 'struct sockaddr_in' : 'struct sockaddr_in6'
}

function addressLine(variable: string, domain: CodeSocket['domain'], address: string): string {
  if (domain === 'PF_INET6')
    return address === '::'
      ? `${variable}.sin6_addr = in6addr_any;`
      : `inet_pton(AF_INET6, "${address}", &${variable}.sin6_addr);`
  return address === '0.0.0.0'
    ? `${variable}.sin_addr.s_addr = htonl(INADDR_ANY);`
    : `inet_pton(AF_INET, "${address}", &${variable}.sin_addr);`
}

/** Data and its length, as `write` and `sendto` take them. */
function dataArguments(data: CodeData): string {
  if (data.is === 'received') return 'buf, (size_t)n'
  if (data.is === 'filler') return `filler, ${data.bytes}`
  const text = cString(data.text)
  return `${text}, sizeof ${text} - 1`
}

/** A literal: letters of any script as they are; the rest, and `?` (trigraphs), escaped. */
function cString(text: string): string {
  const escaped = text.toWellFormed().replace(/[\p{Cc}"\\?]/gu, (char) => {
    if (char === '"' || char === '\\' || char === '?') return `\\${char}`
    return [...new TextEncoder().encode(char)]
      .map((byte) => `\\${byte.toString(8).padStart(3, '0')}`)
      .join('')
  })
  return `"${escaped}"`
}
