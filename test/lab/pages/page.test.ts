import { expect } from 'chai'
import { presetNames } from '../../../src/config/presets/index.ts'
import { commandsOf, filesOf, fillIn, parseBlocks, readPage, settingsOf } from './page.ts'

const page = `# A gateway

Not in \`/etc/first\`.

In \`/etc/first\`, as root, or
in \`/etc/second.conf\` (see \`option\`):

\`\`\`
secret SECRET

  indented
\`\`\`

\`\`\`yaml
gateways:
  vpn: { preset: openvpn, secret: credential:vpn-secret }
\`\`\`

1. Then:

   \`\`\`sh
   systemctl restart it
   \`\`\`

\`\`\`yaml
gateways: { vpn: { patience: 60s } }
accounting: { listen: ["192.0.2.20:1813"] }
\`\`\`
`

describe('the reader of gateway pages', () => {
  const blocks = parseBlocks(page)

  it('finds each block, and its file in the paragraph before it', () => {
    expect(blocks.map(({ language, file }) => [language, file])).to.deep.equal([
      ['', '/etc/second.conf'],
      ['yaml', undefined],
      ['sh', undefined],
      ['yaml', undefined],
    ])
    expect([...filesOf(blocks)]).to.deep.equal([
      ['/etc/second.conf', 'secret SECRET\n\n  indented\n'],
    ])
    expect(commandsOf(blocks)).to.deep.equal(['systemctl restart it\n'])
  })

  it('puts pieces of YAML together', () => {
    expect(settingsOf(blocks)).to.deep.equal({
      gateways: { vpn: { preset: 'openvpn', secret: 'credential:vpn-secret', patience: '60s' } },
      accounting: { listen: ['192.0.2.20:1813'] },
    })
  })

  it('fills in only what is there', () => {
    expect(fillIn(blocks, { SECRET: 'x' })[0]?.text).to.equal('secret x\n\n  indented\n')
    expect(() => fillIn(blocks, { OTHER: 'x' })).to.throw('no OTHER to fill in')
  })

  it('refuses a block without an end, and a file without a path', () => {
    expect(() => parseBlocks('```sh\nls\n')).to.throw('has no end')
    expect(() => filesOf(parseBlocks('In `file`:\n\n```\nx\n```\n'))).to.throw('no path')
  })

  it('reads the page of every preset', () => {
    for (const name of presetNames) {
      expect(settingsOf(readPage(name)), name).to.have.nested.property('gateways.vpn.preset', name)
    }
  })
})
