import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import { checkJournal } from '../../../src/cli/check/journal.ts'
import type { LoggedComparison, LoggedHead } from '../../../src/operations/index.ts'
import { createLogger } from '../../../src/ops/index.ts'
import { createFakeIo, temporaryFolder } from '../fake-io.ts'

const hash = (digit: string) => digit.repeat(64)
const nothing: LoggedComparison = { compared: 0, differences: [] }

describe('check against the journal (RULES 37)', () => {
  const folder = temporaryFolder()
  const asked = join(folder, 'asked')

  /** A journalctl that prints these lines. */
  async function check(
    script: string,
    compare: (heads: readonly LoggedHead[]) => LoggedComparison,
    uid = 0,
  ) {
    const program = join(folder, 'journalctl')
    writeFileSync(program, `#!/bin/sh\necho "$@" > ${asked}\n${script}\n`, { mode: 0o755 })
    const { io } = createFakeIo({ PATH: `${folder}:/usr/bin:/bin` })
    const seen: LoggedHead[] = []
    const row = await checkJournal(
      async (heads) => {
        seen.push(...heads)
        return compare(heads)
      },
      { ...io, uid },
    )
    return { row, seen }
  }

  /** Lines as the service writes them. */
  async function linesOf(format: 'human' | 'json', rows: readonly number[]): Promise<string> {
    const stream = new PassThrough()
    const clock = { nowMs: () => 1_700_000_000_000, after: () => ({ cancel() {} }) }
    const logger = createLogger({ level: 'info', format, stream, clock })
    for (const row of rows) {
      logger.log({
        event: 'audit-head',
        store: 'ab12',
        node: 'vpn 1',
        rows: row,
        hash: hash(`${row}`),
      })
    }
    await new Promise((resolve) => setImmediate(resolve))
    return String(stream.read())
  }
  const printing = (lines: string) => `cat <<'END'\n${lines}END`

  for (const format of ['human', 'json'] as const) {
    it(`reads what the service writes (${format}), each head once`, async () => {
      const lines = await linesOf(format, [3, 2, 2, 1])
      const { row, seen } = await check(printing(`${lines}noise\n{"event":"x"}\n`), (heads) => ({
        ...nothing,
        compared: heads.length,
      }))
      expect(row).to.include({ state: 'ok', detail: 'as in the journal: 3 heads compared' })
      expect(seen.map(({ seq }) => seq)).to.deep.equal([3, 2, 1])
      expect(seen[0]).to.deep.equal({
        ...{ store: 'ab12', node: 'vpn 1', seq: 3, hash: hash('3'), atMs: 1_700_000_000_000 },
      })
    })
  }

  it('names the row that is gone', async () => {
    const lines = await linesOf('json', [9])
    const kept = { node: 'vpn 1', seq: 9, hash: hash('9') }
    const { row } = await check(printing(lines), () => ({
      compared: 1,
      differences: [{ kept, fault: 'row-missing', lastSeq: 5 }],
    }))
    expect(row.state).to.equal('failed')
    expect(row.detail).to.include('row 9 of vpn 1').and.include('ends at row 5')
  })

  const unread = [
    { title: 'another user than root', script: 'exit 0', uid: 1000, why: 'only root' },
    { title: 'no line of this store', script: 'exit 1', uid: 0, why: 'says nothing of this store' },
    { title: 'a journalctl that fails', script: 'echo broken >&2; exit 2', uid: 0, why: 'failed' },
  ]
  for (const { title, script, uid, why } of unread) {
    it(`says "not compared" with ${title}`, async () => {
      const { row } = await check(script, () => nothing, uid)
      expect(row.state).to.equal('not-examined')
      expect(row.detail)
        .to.match(/^not compared: /)
        .and.include(why)
    })
  }

  it('says "not compared" where there is no journalctl', async () => {
    const { io } = createFakeIo({ PATH: '/nonexistent' })
    const row = await checkJournal(async () => nothing, { ...io, uid: 0 })
    expect(row).to.include({ state: 'not-examined' })
  })
})
