import type { ReactNode } from 'react'

/** Three fish, one of them warm: the sign of the app, drawn so that it takes the theme's colours. */
export function Logo(props: { size?: number }): ReactNode {
  return (
    <svg
      width={props.size ?? 24}
      height={props.size ?? 24}
      viewBox="0 0 48 48"
      aria-hidden="true"
      focusable="false"
    >
      <g fill="var(--sh-accent)">
        <path d="M3 14c5.500-5.500 12.500-5.500 18 0-5.500 5.500-12.500 5.500-18 0zm16.600 0 6-4.400v8.800z" />
        <path d="M3 35c5.500-5.500 12.500-5.500 18 0-5.500 5.500-12.500 5.500-18 0zm16.600 0 6-4.400v8.800z" />
      </g>
      <path
        fill="var(--sh-warm)"
        d="M19 24.500c6.500-6.500 14.500-6.500 21 0-6.500 6.500-14.500 6.500-21 0zm19.500 0 7-5v10z"
      />
    </svg>
  )
}
