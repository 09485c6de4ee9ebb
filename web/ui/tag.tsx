import type { ReactNode } from 'react'

export type Tone = 'quiet' | 'good' | 'warn' | 'bad'

/** A word or two on a tinted ground; never cut, since it is what the eye looks for. */
export function Tag({ tone = 'quiet', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return <span className="tag" data-tone={tone}>{children}</span>
}
