import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'

const none = { flags: {}, environment: {}, file: null }

describe('boot configuration', () => {
  it('a flag wins over the environment, the environment over the file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'veche-config-'))
    const file = join(folder, 'veche.yaml')
    writeFileSync(file, 'sip: 127.0.0.3:5063\nhttp: 127.0.0.3:8083\nlogLevel: warn\n')
    const config = readConfig({ flags: { sip: '127.0.0.1:5061' }, environment: { VECHE_SIP: '127.0.0.2:5062', VECHE_HTTP: '127.0.0.2:8082' }, file })
    expect(config.sip).toEqual([{ host: '127.0.0.1', port: 5061 }])
    expect(config.http).toEqual({ host: '127.0.0.2', port: 8082 })
    expect(config.logLevel).toBe('warn')
  })

  it('veche.yaml in the data folder is read without being named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'veche-config-'))
    writeFileSync(join(folder, 'veche.yaml'), 'publicAddress: 203.0.113.5\n')
    expect(readConfig({ ...none, flags: { data: folder } }).publicAddress).toBe('203.0.113.5')
  })

  it('media follows the addresses of SIP when it is not set', () => {
    expect(readConfig({ ...none, flags: { sip: '127.0.0.1:5060,[::1]:5060' } }).media).toEqual([
      { host: '127.0.0.1', port: 10_000 },
      { host: '::1', port: 10_000 },
    ])
  })

  it.each([
    ['sip', '5060'],
    ['sip', 'example.org:5060'],
    ['http', '127.0.0.1:99999'],
    ['publicAddress', 'example.org'],
    ['logLevel', 'loud'],
  ])('a wrong %s (%s) is refused by its name', (key, value) => {
    expect(() => readConfig({ ...none, flags: { [key]: value } })).toThrow(/VECHE_/)
  })

  it('an unknown key of the file is refused by its name', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'veche-config-')), 'x.yaml')
    writeFileSync(file, 'sipp: 127.0.0.1:5060\n')
    expect(() => readConfig({ ...none, file })).toThrow(/"sipp"/)
  })
})
