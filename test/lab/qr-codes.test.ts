import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { needProgram } from './need.ts'
import { type Service, startService } from './service.ts'
import { lastingConfig } from './service-config.ts'

type Theme = { readonly name: string; readonly ink: number; readonly paper: number }

const dark: Theme = { name: 'dark', ink: 204, paper: 0 }
const light: Theme = { name: 'light', ink: 51, paper: 255 }

/** What a terminal with this theme shows, as a grey picture: a character is 8 by 16 pixels. */
function screenshot(text: string, theme: Theme): string {
  const lines = text.split('\n').map((line) => cellsOf(line, theme))
  const columns = Math.max(...lines.map((cells) => cells.length))
  const empty = { above: theme.paper, below: theme.paper }
  const rows = lines.flatMap((cells) => {
    const full = Array.from({ length: columns }, (_, column) => cells[column] ?? empty)
    const row = (of: 'above' | 'below') =>
      full.flatMap((cell) => new Array<number>(8).fill(cell[of])).join(' ')
    return [...new Array(8).fill(row('above')), ...new Array(8).fill(row('below'))]
  })
  return `P2\n${columns * 8} ${rows.length}\n255\n${rows.join('\n')}\n`
}

const escapeCode = String.fromCharCode(27)
const colourOrCharacter = new RegExp(`${escapeCode}\\[([\\d;]*)m|(.)`, 'gsu')

function cellsOf(line: string, theme: Theme) {
  let { ink, paper } = theme
  return [...line.matchAll(colourOrCharacter)].flatMap(([, colours, char]) => {
    if (colours !== undefined) {
      const isOwn = colours === '38;5;16;48;5;231'
      ink = isOwn ? 0 : theme.ink
      paper = isOwn ? 255 : theme.paper
      return []
    }
    const isInk = { above: '█▀'.includes(char ?? ''), below: '█▄'.includes(char ?? '') }
    return [{ above: isInk.above ? ink : paper, below: isInk.below ? ink : paper }]
  })
}

/** What a reader finds in a picture. */
function read(file: string): string {
  return execFileSync('zbarimg', ['--quiet', '--raw', file], {
    encoding: 'utf8',
    // It complains about a missing message bus.
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
}

describe('QR codes, as a reader sees them', function () {
  this.timeout(600_000)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-qr-'))
  let service: Service

  before(async function () {
    for (const program of ['zbarimg', 'rsvg-convert', 'script']) needProgram(program, this)
    service = await startService((place) => JSON.stringify(lastingConfig(place)))
  })
  after(async () => {
    await service?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Runs the command on a terminal of its own. */
  async function onTerminal(command: string): Promise<string> {
    const words = `node src/main.ts ${command} --socket ${join(service.folder, 'admin.sock')}`
    const child = spawn('script', ['--quiet', '--return', '--command', words, '/dev/null'], {
      env: { ...process.env, TERM: 'xterm-256color', NO_COLOR: undefined, COLUMNS: '200' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (chunk) => (output += String(chunk)))
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect(code, output).to.equal(0)
    return output.replaceAll('\r', '')
  }

  it('hold the link on a dark and on a light terminal, and in the picture', async () => {
    const svg = join(folder, 'alice.svg')
    const output = await onTerminal(`authenticator add alice --svg ${svg}`)
    const link = /^otpauth:\S+$/m.exec(output)?.[0]
    expect(link).to.match(/secret=/)
    for (const theme of [dark, light]) {
      const file = join(folder, `${theme.name}.pgm`)
      writeFileSync(file, screenshot(output, theme))
      expect(read(file), theme.name).to.equal(link)
    }
    const png = join(folder, 'alice.png')
    execFileSync('rsvg-convert', ['--output', png, svg])
    expect(read(png)).to.equal(link)
  })
})
