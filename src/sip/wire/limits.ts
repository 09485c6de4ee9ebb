/** How much of one message is read. Everything here bounds what a stranger can make us do with one packet. */

/** Header fields, a list counting by its values. The longest honest messages (through many hops) have below a hundred. */
export const maxHeaderFields = 512

/** Letters of one header field, folds included. A SIP Identity or a long Record-Route stays below a fifth of it. */
export const maxFieldLength = 32_768

/** Letters of the head (start line and header fields): one UDP datagram cannot carry more. */
export const maxHeadLength = 65_536

/** Bytes of a message on a stream. Nothing we understand in a body (SDP, DTMF, texts) comes near it. */
export const maxStreamMessageBytes = 131_072
