/** The unit in which sound moves through the house: 20 ms of 16-bit mono at the telephone rate. */

/** Samples per second of everything that is mixed. */
export const RATE_HZ = 8000

/** Length of a frame. */
export const FRAME_MS = 20

/** Samples of a frame. */
export const FRAME_SAMPLES = (RATE_HZ * FRAME_MS) / 1000
