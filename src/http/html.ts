/** HTML whose every inserted text is escaped, so that none can be forgotten. */

export type Html = { readonly text: string }
type Part = Html | string | null | readonly Html[]

/** A template: strings put into it are text, not markup. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { text: String.raw({ raw: texts }, ...parts.map(textOf)) }
}

/** Markup as it is; for constants only. */
export function raw(text: string): Html {
  return { text }
}

/** Paragraphs, with `code` between backquotes. */
export function prose(text: string): Html {
  if (text === '') return raw('')
  const paragraphs = text.split('\n\n').map((paragraph) => {
    const pieces = paragraph.split('`').map(escaped)
    return `<p>${pieces.map((piece, index) => (index % 2 === 1 ? `<code>${piece}</code>` : piece)).join('')}</p>`
  })
  return raw(paragraphs.join(''))
}

function textOf(part: Part): string {
  if (part === null) return ''
  if (typeof part === 'string') return escaped(part)
  return 'text' in part ? part.text : part.map((one) => one.text).join('')
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => signs[sign] ?? sign)
}
