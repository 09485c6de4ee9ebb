/** PINs and SIP secrets made in the browser, from its secure source of chance. */

const secretLetters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const secretLength = 20
const pinLength = 4

export const randomPin = (): string => pick('0123456789', pinLength)
/** Without letters that look alike: some will be typed on a phone's keys. */
export const randomSecret = (): string => pick(secretLetters, secretLength)

function pick(letters: string, length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      // The rest of the range would make the first letters likelier.
      if (byte < 256 - (256 % letters.length) && text.length < length) text += letters[byte % letters.length]
    }
  }
  return text
}
