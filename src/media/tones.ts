/** The tones that a room says by itself, at the media plane's rate. */
import { RATE_HZ } from '../audio/frame.ts'
import { JOIN, LEAVE, renderTone } from '../audio/tone.ts'

/** Somebody comes in. */
export const joinTone = (): Int16Array => renderTone(JOIN, RATE_HZ)

/** Somebody goes. */
export const leaveTone = (): Int16Array => renderTone(LEAVE, RATE_HZ)
