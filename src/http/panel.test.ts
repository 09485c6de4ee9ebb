import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTrial } from './trial.ts'
import type { Trial } from './trial.ts'

describe('the panel', () => {
  let root: string
  let trial: Trial

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'veche-panel-'))
    const folder = join(root, 'panel')
    mkdirSync(join(folder, 'assets'), { recursive: true })
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>veche</title>')
    writeFileSync(join(folder, 'assets', 'index-a1b2c3.js'), 'console.log(1)')
    writeFileSync(join(folder, '.hidden'), 'hidden')
    writeFileSync(join(root, 'secret.txt'), 'secret of the machine')
    trial = await startTrial({ panelFolder: folder })
  })
  afterEach(async () => {
    await trial.close()
    rmSync(root, { recursive: true, force: true })
  })
  const get = (path: string) => trial.ask('GET', path, { anonymous: true })

  it('every page address gets the panel, which is asked for anew each time', async () => {
    for (const path of ['/', '/conferences', '/conferences/conference-abc', '/settings?tab=1', '/index.html']) {
      const answer = await get(path)
      expect([path, answer.status, answer.text]).toEqual([path, 200, '<!doctype html><title>veche</title>'])
      expect(answer.headers.get('cache-control')).toBe('no-cache')
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
    }
  })

  it('files named by their contents are kept for ever', async () => {
    const answer = await get('/assets/index-a1b2c3.js')
    expect([answer.status, answer.text]).toEqual([200, 'console.log(1)'])
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.get('content-type')).toMatch(/javascript/)
  })

  it('what is missing is a 404 and not the panel', async () => {
    for (const path of ['/assets/index-old.js', '/favicon.ico', '/api', '/api/v2/conferences', '/.hidden', '/assets/']) {
      const answer = await get(path)
      expect([path, answer.status, answer.body?.code]).toEqual([path, 404, 'not-found'])
    }
    expect((await trial.ask('POST', '/conferences', { anonymous: true })).status).toBe(404)
  })

  it('nothing outside the folder is given away', async () => {
    // Sent as they are: fetch would tidy them.
    const paths = ['/../secret.txt', '/assets/../../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%5c..%5csecret.txt', '/%00', '//secret.txt']
    for (const path of [...paths, `/${join(root, 'secret.txt')}`]) {
      const text = await rawGet(trial.url, path)
      expect([path, text.includes('secret of the machine')]).toEqual([path, false])
    }
  })

  it('a panel that is not built says so in plain text, and the API works', async () => {
    const bare = await startTrial({ panelFolder: join(root, 'none') })
    const answer = await bare.ask('GET', '/conferences', { anonymous: true })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'text/plain; charset=utf-8'])
    expect(answer.text).toContain('npm run build')
    expect((await bare.ask('GET', 'conferences')).status).toBe(200)
    await bare.close()
  })
})

function rawGet(url: string, path: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve(text))
    })
    asked.on('error', reject).end()
  })
}
