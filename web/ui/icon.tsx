/** Own line icons on a 24 grid; decoration only, so hidden from screen readers: the button beside carries the words. */
const shapes = {
  people: 'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6.5 8c.6-3.4 3.2-5 6.5-5s5.9 1.6 6.5 5M16 5a3.3 3.3 0 0 1 0 6.2m2.2 3.8c1.8.7 2.9 2.2 3.3 4.5',
  room: 'M12 3.5a8.5 8.5 0 1 1-4 16L3.5 20.5l1.1-4.3A8.5 8.5 0 0 1 12 3.5ZM8.5 12h.01M12 12h.01M15.5 12h.01',
  history: 'M4 12a8 8 0 1 0 2.6-5.9L4 8.5M4 4v4.5h4.5M12 8v4.5l3 2',
  sliders: 'M4 7h9m5 0h2M4 17h2m5 0h9M15.5 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm-7 10a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  key: 'M8 20a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Zm3.3-7.7L19.5 4M16 7.5l3 3m-5.5-.5 2 2',
  pulse: 'M3 12h4l2.5-7 5 14L17 12h4',
  plus: 'M12 5v14M5 12h14',
  pencil: 'M4 20l1-4.5L16.5 4a1.8 1.8 0 0 1 2.6 0l.9.9a1.8 1.8 0 0 1 0 2.6L8.5 19 4 20ZM14.5 6l3.5 3.5',
  trash: 'M4.5 7h15M9.5 7V4.5h5V7m-8 0 .8 12.5h9.4L17.5 7M10.3 11v5m3.4-5v5',
  eye: 'M2.5 12C4.5 7.8 7.9 5.5 12 5.5s7.5 2.3 9.5 6.5c-2 4.2-5.4 6.5-9.5 6.5S4.5 16.2 2.5 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
  'eye-off': 'M4 4l16 16M9.9 9.9a3 3 0 0 0 4.2 4.2M6.5 6.9c-1.7 1.2-3 2.9-4 5.1 2 4.2 5.4 6.5 9.5 6.5 1.8 0 3.5-.5 5-1.3M10 5.7c.6-.1 1.3-.2 2-.2 4.1 0 7.5 2.3 9.5 6.5-.5 1.1-1.2 2.1-1.9 3',
  copy: 'M9 9h10.5v10.5H9zM15 9V4.5H4.5V15H9',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6 6 18',
  refresh: 'M20 12a8 8 0 1 1-2.6-5.9L20 8.5M20 4v4.5h-4.5',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Zm4.7-1.8L20.5 20.5',
  down: 'M6 9.5l6 6 6-6',
  up: 'M6 14.5l6-6 6 6',
  right: 'M9.5 6l6 6-6 6',
  sort: 'M8 9.5 12 5l4 4.5M8 14.5l4 4.5 4-4.5',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.5v2m0 15v2M2.5 12h2m15 0h2M5.3 5.3l1.4 1.4m10.6 10.6 1.4 1.4m0-13.4-1.4 1.4M6.7 17.3l-1.4 1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z',
  screen: 'M3.5 5h17v11h-17zM9 20h6m-3-4v4',
  exit: 'M14 8V5H4.5v14H14v-3M9.5 12h11m-3.5-3.5 3.5 3.5-3.5 3.5',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  warning: 'M12 4 21 19.5H3L12 4Zm0 6v4.5m0 2.5h.01',
  back: 'M19.5 12h-15m6-6-6 6 6 6',
  phone: 'M6.5 3.5h11v17h-11zM10.5 17.5h3',
  dial: 'M5.5 4h4l1.6 4.3-2.2 1.6a11.5 11.5 0 0 0 5.2 5.2l1.6-2.2L20 14.5v4c0 1-.7 1.6-1.6 1.5C10.6 19.4 4.6 13.4 4 5.6 3.9 4.7 4.5 4 5.5 4Z',
  document: 'M6.5 3.5h7.5l4 4v13h-11.5zM14 3.5v4h4M9.5 12h5.5m-5.5 4h5.5',
  person: 'M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 9c.7-4 3.7-6 7.5-6s6.8 2 7.5 6',
  language: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17Zm0-17c-5 5-5 12 0 17 5-5 5-12 0-17ZM3.8 12h16.4',
  pause: 'M9 6v12m6-12v12',
} as const

export type IconName = keyof typeof shapes

export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth={size > 30 ? 1.3 : 1.8}
      strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false" style={{ flex: 'none' }}
    >
      <path d={shapes[name]} />
    </svg>
  )
}
