import { expect } from 'chai'
import { showLink } from '../../../src/cli/enrol/show-link.ts'
import { formatQrCode, formatQrSvg, qrCodeWidth } from '../../../src/cli/qr/index.ts'
import { createFakeIo } from '../fake-io.ts'

const link = 'otpauth://totp/Holdfast:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Holdfast'

describe('QR codes', () => {
  it('are square, with a quiet zone of four modules on every side', () => {
    const lines = formatQrCode(link, { colours: false }).trimEnd().split('\n')
    const width = qrCodeWidth(link)
    expect(new Set(lines.map((line) => [...line].length))).to.deep.equal(new Set([width]))
    expect(lines).to.have.length(Math.ceil(width / 2))
    // Without colours the blocks are the light modules.
    for (const line of lines.slice(0, 2)) expect(line).to.equal('█'.repeat(width))
    for (const line of lines) expect(line).to.match(/^█{4}.*█{4}$/)
    expect(lines[2]).to.match(/^█{4} ▄▄▄▄▄ █/)
  })

  it('bring their own colours on every line, black on white, and leave none behind', () => {
    const text = formatQrCode(link, { colours: true })
    for (const line of text.trimEnd().split('\n')) {
      expect(line.startsWith('\x1b[38;5;16;48;5;231m')).to.equal(true)
      expect(line.endsWith('\x1b[0m')).to.equal(true)
    }
  })

  const shown = (env: Record<string, string>, isTTY: boolean, svg?: string) => {
    const fake = createFakeIo(env)
    const io = { ...fake.io, stdout: Object.assign(fake.io.stdout, { isTTY }) }
    showLink(link, { qr: true, svg }, io)
    return { stdout: fake.stdout(), stderr: fake.stderr() }
  }

  it('have no escape sequences in a pipe, or with NO_COLOR, and then say on what they read', () => {
    for (const [env, isTTY] of [
      [{}, false],
      [{ NO_COLOR: '1' }, true],
      [{ TERM: 'dumb' }, true],
    ] as const) {
      const { stdout, stderr } = shown({ ...env }, isTTY)
      expect(stdout).to.include(link)
      expect(stdout).to.not.include('\x1b')
      expect(stderr).to.include('only on a dark background').and.to.include('--svg')
    }
    const { stdout, stderr } = shown({}, true)
    expect(stdout).to.include('\x1b[38;5;16;48;5;231m')
    expect(stderr).to.equal('')
    const withPicture = shown({}, false, 'alice.svg')
    expect(withPicture.stderr).to.include('dark background').and.to.not.include('--svg')
  })

  it('are one path on white in the picture', () => {
    const svg = formatQrSvg(link)
    const size = qrCodeWidth(link)
    expect(svg).to.include(`viewBox="0 0 ${size} ${size}"`).and.to.include('fill="#fff"')
    expect(svg.match(/<path /g)).to.have.length(1)
    expect(svg).to.not.include('secret')
  })
})
