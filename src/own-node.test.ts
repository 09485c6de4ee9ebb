import { describe, expect, it } from 'vitest'
import { isSupportedNode } from './own-node.ts'

describe('the Node that veche runs on', () => {
  it.each([
    ['20.20.2', false],
    ['22.17.1', false],
    ['22.18.0', true],
    ['23.11.0', false],
    ['24.10.0', false],
    ['24.11.0', true],
    ['25.0.0', false],
    ['26.0.0', true],
    ['28.1.0', true],
  ])('%s: %s', (version, supported) => {
    expect(isSupportedNode(version)).toBe(supported)
  })
})
