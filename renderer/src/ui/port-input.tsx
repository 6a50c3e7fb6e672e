import { NumberInput, type NumberInputProps } from '@mantine/core'
import type { ReactNode } from 'react'

const MAX_PORT = 65_535

/** A port number. 0 stands for any free one, where `min` allows it. */
export function PortInput(props: Omit<NumberInputProps, 'max'>): ReactNode {
  return (
    <NumberInput min={0} max={MAX_PORT} hideControls allowDecimal={false} clampBehavior="strict" {...props} />
  )
}
