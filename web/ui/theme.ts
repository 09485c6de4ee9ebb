/** The panel's look: river blue for what can be pressed, bell bronze for where one is, calm cool greys for the rest. */
import { ActionIcon, Button, createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

const river: MantineColorsTuple = [
  '#edf5fa', '#d9e8f1', '#b1d0e2', '#86b7d3', '#639fc4', '#4488b1', '#33769f', '#26648b', '#1d4f70', '#123a55',
]
const bronze: MantineColorsTuple = [
  '#fdf5ea', '#f8e8d2', '#f0cfa2', '#e7b56f', '#dc9d47', '#c98a35', '#ad7429', '#8d5d20', '#6f4a1a', '#523714',
]
const dark: MantineColorsTuple = [
  '#d3d9de', '#b3bcc4', '#8e99a3', '#626e79', '#404b56', '#313b45', '#232c35', '#1a222a', '#131a21', '#0d1318',
]

export const theme = createTheme({
  colors: { river, bronze, dark },
  primaryColor: 'river',
  primaryShade: { light: 7, dark: 6 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Consolas, 'Liberation Mono', monospace",
  headings: { fontWeight: '620' },
  components: {
    Paper: { defaultProps: { radius: 'lg' } },
    Modal: { defaultProps: { centered: true, radius: 'lg' } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: 'subtle', size: 'lg' },
      vars: (_, { color }) => ({ root: quietColor('--ai-color', color) }),
    }),
    Button: Button.extend({
      vars: (_, { color, variant }) => ({ root: variant === 'subtle' ? quietColor('--button-color', color) : {} }),
    }),
    Select: { defaultProps: { comboboxProps: { shadow: 'md' }, allowDeselect: false } },
  },
})

/** Buttons that are only an icon or a word: grey ones stay in the background, red ones are readable on dark too. */
function quietColor<Name extends string>(name: Name, color: string | undefined): { [key in Name]?: string } {
  const value = color === 'gray' ? 'var(--mantine-color-dimmed)' : color === 'red' ? 'var(--veche-bad)' : undefined
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]: string })
}

/** Colours that differ between light and dark. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: { '--veche-nav': '#13222e', '--veche-nav-text': '#c3d0da', '--veche-nav-quiet': '#8497a6' },
  light: {
    '--mantine-color-body': '#ffffff',
    '--veche-ground': '#f3f5f7',
    '--veche-line': '#e3e8ec',
    '--veche-live': '#1e8a56',
    '--veche-warn': '#96590a',
    '--veche-bad': '#c02f2b',
    '--mantine-color-text': '#1a2732',
    '--mantine-color-error': '#c02f2b',
    '--mantine-color-default-color': '#1a2732',
    '--mantine-color-dimmed': '#5c6a76',
  },
  dark: {
    '--veche-ground': '#131a21',
    '--mantine-color-body': '#1a222a',
    '--veche-line': '#2b3540',
    '--veche-live': '#4cc38a',
    '--veche-warn': '#e3ab5c',
    '--veche-bad': '#f0807c',
    '--mantine-color-error': '#f0807c',
    '--veche-nav': '#0d151c',
    '--mantine-color-dimmed': '#94a1ad',
    '--mantine-color-anchor': '#86b7d3',
  },
})
