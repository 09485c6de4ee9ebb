// `npm test`: brings what the tests need (on Debian as root), builds, checks, runs every test, prints the count.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from './build.mjs'

const programs = { sipp: 'sip-tester', baresip: 'baresip', chromium: 'chromium' }

bringPrograms()
build()
if (spawnSync(process.execPath, ['scripts/check.mjs'], { stdio: 'inherit' }).status !== 0) fail('the checks failed')
const folder = mkdtempSync(join(tmpdir(), 'veche-test-'))
const report = join(folder, 'report.json')
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
  { stdio: 'inherit' },
)
if (!existsSync(report)) fail('the test runner left no report')
const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'))
rmSync(folder, { recursive: true })
process.stdout.write(`\n${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped\n`)
process.exit(status === 0 && numFailedTests === 0 && numPassedTests > 0 ? 0 : 1)

/** Real phones and a real browser: tests that need one that is missing say so and are skipped. */
function bringPrograms() {
  const missing = Object.keys(programs).filter((program) => spawnSync('which', [program]).status !== 0)
  if (missing.length === 0) return
  const packages = missing.map((program) => programs[program])
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    process.stdout.write(`installing ${packages.join(', ')}\n`)
    const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
    try {
      execFileSync('apt-get', ['update', '-qq'], quiet)
      execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet)
    } catch {
      process.stdout.write('apt-get could not install them\n')
    }
  } else process.stdout.write(`not installed here, tests that need them are skipped: ${packages.join(', ')} (names of Debian packages)\n`)
}

function fail(why) {
  process.stderr.write(`${why}\n0 passed, 1 failed\n`)
  process.exit(1)
}
