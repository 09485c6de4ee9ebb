/** The sign of veche: the assembly bell inside a speech circle. */
export function Mark({ size = 32, circle = '#26648b' }: { readonly size?: number; readonly circle?: string }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path fill={circle} d="M16 1.5a14 14 0 1 1-6.4 26.45L3.2 30l1.55-6.1A14 14 0 0 1 16 1.5Z" />
      <path
        fill="#f0c48a"
        d="M16 6.8c.9 0 1.6.7 1.6 1.5 2.7.7 4.2 3 4.2 5.9 0 3.2.7 4.5 2.1 5.5.5.4.3 1.2-.4 1.2h-15c-.7 0-.9-.8-.4-1.2 1.4-1 2.1-2.3 2.1-5.5 0-2.9 1.5-5.2 4.2-5.9 0-.8.7-1.5 1.6-1.5Z"
      />
      <circle cx="16" cy="23.200" r="1.900" fill="#f0c48a" />
    </svg>
  )
}
