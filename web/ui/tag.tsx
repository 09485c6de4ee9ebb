import type { ReactNode } from 'react'

export type Tone = 'quiet' | 'good' | 'warn' | 'bad'

export type TagProps = {
  readonly tone?: Tone
  /** It holds a name of any length, and may take several lines. */
  readonly long?: boolean
  readonly children: ReactNode
}

/** A word or two on a tinted ground; never cut, since it is what the eye looks for. */
export function Tag({ tone = 'quiet', long = false, children }: TagProps) {
  return <span className="tag" data-tone={tone} data-long={long ? true : undefined}>{children}</span>
}
