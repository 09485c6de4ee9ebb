/**
 * All that is measured, as tables:
 * `node bench/run.ts [parse] [calls] [media] [--seconds N] [--participants N,N] [--callers N,N]`.
 * Without names: everything. It measures and never judges; figures of a busy machine are those of a busy machine.
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { runCallsBench } from './calls.ts'
import { runMediaBench } from './media.ts'
import { measureSipParse } from './sip-parse.ts'

type Row = Readonly<Record<string, string | number>>

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '5' },
    participants: { type: 'string', default: '100,500,1000' },
    callers: { type: 'string', default: '1,10,50' },
  },
})
const seconds = Number(values.seconds)

const benches: Readonly<Record<string, { readonly title: string; readonly run: () => Promise<Row[]> }>> = {
  parse: {
    title: 'SIP messages read and printed, one core',
    async run() {
      const { messageBytes, parsesPerSecond, printsPerSecond } = measureSipParse(seconds * 250)
      return [{ 'message, bytes': messageBytes, 'read /s': parsesPerSecond, 'printed /s': printsPerSecond }]
    },
  },
  calls: {
    title: 'Calls set up and ended, whole server',
    run: () =>
      each(values.callers, async (callers) => {
        const result = await runCallsBench({ callers, seconds })
        return {
          callers,
          'calls /s': result.callsPerSecond,
          'set-up p50, ms': result.setUpP50Ms,
          'set-up p99, ms': result.setUpP99Ms,
          'server CPU per call, ms': result.serverCpuPerCallMs,
          'server CPU, % of a core': result.serverCpuPercent,
          'callers CPU, % of a core': result.loadCpuPercent,
          'memory, MiB': result.serverMemoryMib,
          failed: result.failed,
        }
      }),
  },
  media: {
    title: 'One room, everybody sending, three talking: the media plane',
    run: () =>
      each(values.participants, async (participants) => {
        const result = await runMediaBench({ participants, seconds })
        return {
          participants,
          driver: result.driver,
          'CPU per participant, us/s': result.cpuPerParticipantUs,
          'CPU, % of a core': result.cpuPercent,
          'frame late p50 / p99 / max, ms': `${result.latenessP50Ms} / ${result.latenessP99Ms} / ${result.latenessMaxMs}`,
          'delay p50 / p99, ms': `${result.delayP50Ms} / ${result.delayP99Ms}`,
          'lost, %': result.lossPercent,
          'memory per stream, KiB': result.residentPerStreamKib,
        }
      }),
  },
}

async function each(list: string, run: (count: number) => Promise<Row>): Promise<Row[]> {
  const rows: Row[] = []
  for (const count of list.split(',').map(Number)) rows.push(await run(count))
  return rows
}

const chosen = positionals.length > 0 ? positionals : Object.keys(benches)
const unknown = chosen.filter((name) => !(name in benches))
if (unknown.length > 0 || !(seconds > 0)) {
  process.stderr.write(`known benches: ${Object.keys(benches).join(', ')}; --seconds must be a number above 0\n`)
  process.exit(1)
}
console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}, ${seconds} s each`)
for (const name of chosen) {
  const bench = benches[name]
  if (!bench) continue
  console.log(`\n${bench.title}`)
  console.table(
    Object.fromEntries(
      (await bench.run()).map((row) => [Object.values(row)[0], Object.fromEntries(Object.entries(row).slice(1))]),
    ),
  )
}
