import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core'

const sea: MantineColorsTuple = [
  '#e8f4fb',
  '#d2e7f4',
  '#a5cfe9',
  '#7fbfe4',
  '#5cb8e8',
  '#3a97cb',
  '#1f7fb5',
  '#0f6aa3',
  '#0b5684',
  '#073c5e',
]

// Mantine draws its dark scheme from this row; ours is the sea at night instead of grey.
const night: MantineColorsTuple = [
  '#e4eff7',
  '#c2d5e3',
  '#93adc0',
  '#5f8099',
  '#2f5068',
  '#193447',
  '#11293c',
  '#0c1f2e',
  '#091925',
  '#07141f',
]

const warm: MantineColorsTuple = [
  '#fdeee6',
  '#fbdccb',
  '#f6bda0',
  '#ff9466',
  '#ff9466',
  '#ef7c4d',
  '#e4683a',
  '#a8401a',
  '#8b3415',
  '#5c210c',
]

// Of the light scheme: tracks, hover and quiet text, tinted like everything else.
const mist: MantineColorsTuple = [
  '#f4f8fb',
  '#eaf1f6',
  '#dce7ef',
  '#a9bfce',
  '#93aabb',
  '#6f8899',
  '#5b7487',
  '#4a6377',
  '#2b465a',
  '#0b2436',
]

/** Filled and soft buttons in our accent, with a text colour that keeps AA contrast in both schemes. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const ours = input.color === undefined || input.color === 'sea'
  if (ours && input.variant === 'filled') {
    return {
      background: 'var(--sh-accent)',
      hover: 'var(--sh-accent-strong)',
      color: 'var(--sh-on-accent)',
      border: 'none',
    }
  }
  if (ours && input.variant === 'light') {
    return {
      background: 'var(--sh-accent-soft)',
      hover: 'var(--sh-accent-soft-hover)',
      color: 'var(--sh-accent-text)',
      border: 'none',
    }
  }
  return defaultVariantColorsResolver(input)
}

export const theme = createTheme({
  primaryColor: 'sea',
  primaryShade: { light: 7, dark: 4 },
  colors: { sea, warm, dark: night, gray: mist },
  variantColorResolver,
  fontFamily: 'var(--sh-font)',
  fontFamilyMonospace: 'var(--sh-mono)',
  headings: { fontFamily: 'var(--sh-font)' },
  defaultRadius: 'md',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '19px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
})

/** Mantine's own names for our tokens: its stock `dimmed` and borders miss AA contrast on tinted surfaces. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: shared,
  dark: shared,
})

const shared = {
  '--mantine-color-body': 'var(--sh-surface)',
  '--mantine-color-text': 'var(--sh-text)',
  '--mantine-color-dimmed': 'var(--sh-muted)',
  '--mantine-color-placeholder': 'var(--sh-muted)',
  '--mantine-color-anchor': 'var(--sh-accent)',
  '--mantine-color-default': 'var(--sh-surface)',
  '--mantine-color-default-hover': 'var(--sh-hover)',
  '--mantine-color-default-color': 'var(--sh-text)',
  '--mantine-color-default-border': 'var(--sh-line-strong)',
  '--mantine-color-error': 'var(--sh-warm-text)',
  '--mantine-color-disabled': 'var(--sh-sunken)',
  '--mantine-color-disabled-color': 'color-mix(in srgb, var(--sh-muted) 72%, transparent)',
  '--mantine-font-weight-medium': '520',
}
