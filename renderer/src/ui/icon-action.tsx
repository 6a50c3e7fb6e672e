import { ActionIcon, Tooltip } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { IN_MAIN } from './overlay.ts'

/** A button that is only a picture: its name is for those who cannot see it, its tooltip for those who can. */
export function IconAction(props: {
  label: string
  tooltip: string
  icon: Icon
  disabled?: boolean
  onClick: () => void
}): ReactNode {
  const Glyph = props.icon
  return (
    <Tooltip
      portalProps={IN_MAIN}
      label={props.tooltip}
      openDelay={400}
      events={{ hover: true, focus: true, touch: false }}
    >
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={props.label}
        disabled={props.disabled ?? false}
        onClick={props.onClick}
      >
        <Glyph size={18} stroke={1.7} aria-hidden="true" />
      </ActionIcon>
    </Tooltip>
  )
}
