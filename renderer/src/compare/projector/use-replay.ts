import { useEffect, useRef, useState } from 'react'

export const SPEEDS = [1, 0.5, 0.25, 0.1] as const

export interface Replay {
  /** Seconds into the race. */
  readonly time: number
  readonly isPlaying: boolean
  readonly speed: number
  play(): void
  pause(): void
  seek(time: number): void
  setSpeed(speed: number): void
}

/** A clock that runs through a finished race, as slowly as wanted. Another `key` begins anew. */
export function useReplay(length: number, key: string): Replay {
  const [time, setTime] = useState(0)
  const [isPlaying, setPlaying] = useState(false)
  const [speed, setSpeed] = useState<number>(SPEEDS[0])
  const now = useRef(0)
  now.current = time
  useEffect(() => {
    setTime(0)
    setPlaying(!window.matchMedia('(prefers-reduced-motion: reduce)').matches)
  }, [key])
  useEffect(() => {
    if (!isPlaying) return
    let last = performance.now()
    const step = (at: number): void => {
      const next = Math.min(length, now.current + ((at - last) / 1000) * speed)
      last = at
      setTime(next)
      if (next >= length) return setPlaying(false)
      frame = requestAnimationFrame(step)
    }
    let frame = requestAnimationFrame(step)
    return () => cancelAnimationFrame(frame)
  }, [isPlaying, speed, length, key])
  return {
    time,
    isPlaying,
    speed,
    play: () => {
      if (time >= length) setTime(0)
      setPlaying(true)
    },
    pause: () => setPlaying(false),
    seek: (to) => {
      setPlaying(false)
      setTime(Math.min(length, Math.max(0, to)))
    },
    setSpeed,
  }
}
