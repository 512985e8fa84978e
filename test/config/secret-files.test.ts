import { expect } from 'chai'
import { findUnsafeSettings } from '../../src/config/index.ts'
import { load, problemsOf, type Surroundings, valid } from './load-text.ts'

const secret = 'a vpn secret of some length'
const vpn = '/etc/holdfast/vpn'

function remarksOn(files: Surroundings['files'], text = valid, env = {}): readonly string[] {
  const unsafe = findUnsafeSettings(load(text, { env, ...(files && { files }) }))
  return unsafe
    .filter(({ setting }) => /vpn|credentials|variable/.test(setting))
    .map(({ setting, danger }) => `${setting} ${danger}`)
}

describe('files with secrets', () => {
  it('are used without a byte order mark, which is named', () => {
    const files = { [vpn]: `\ufeff${secret}\n` }
    expect(load(valid, { files }).gateways.vpn?.secret.reveal()).to.equal(secret)
    expect(remarksOn(files)).to.deep.equal([
      `${vpn} begins with a byte order mark (BOM), which is left out: save it again as UTF-8 without a byte order mark`,
    ])
  })

  it('keep a blank at the end, which is named', () => {
    const files = { [vpn]: `${secret} \n` }
    expect(load(valid, { files }).gateways.vpn?.secret.reveal()).to.equal(`${secret} `)
    expect(remarksOn(files)).to.deep.equal([
      `${vpn} ends with a blank, which counts as part of the secret: remove it if it is not meant`,
    ])
  })

  it('are refused in UTF-16, with the setting and the file', () => {
    const files = { [vpn]: Buffer.from(`\ufeff${secret}\r\n`, 'utf16le') }
    expect(problemsOf(valid, { files })).to.deep.equal([
      `h.yaml:10:33: gateways.vpn.secret: ${vpn} is saved as UTF-16 (little-endian): save it again as UTF-8 without a byte order mark`,
    ])
  })

  it('are refused with several lines, also those of systemd and the sealing key', () => {
    const key = Buffer.alloc(32, 7).toString('base64')
    const files = { '/run/credentials/sealing-key': `${key}\n${key}\n` }
    expect(problemsOf(valid, { files }).join()).to.include(
      'sealing_key: /run/credentials/sealing-key has more than one line',
    )
  })

  it('of systemd are remarked on, and so are variables', () => {
    const files = { '/run/credentials/vpn-secret': `${secret}\t` }
    const text = valid.replace('file:vpn', 'credential:vpn-secret')
    expect(remarksOn(files, text)).to.deep.equal([
      '/run/credentials/vpn-secret ends with a tab, which counts as part of the secret: remove it if it is not meant',
    ])
    const byVariable = valid.replace('file:vpn', 'env:VPN')
    expect(remarksOn({}, byVariable, { VPN: `\u00a0${secret}` })).to.deep.equal([
      'environment variable VPN contains a no-break space (U+00A0), which counts as part of the secret: remove it if it is not meant',
    ])
    expect(problemsOf(byVariable, { env: { VPN: `${secret}\n` } }).join()).to.include(
      'environment variable VPN has more than one line',
    )
  })
})

describe('a configuration file', () => {
  it('may begin with a byte order mark', () => {
    expect(problemsOf(`\ufeff${valid}`)).to.deep.equal([])
  })

  it('says that it is saved as UTF-16', () => {
    const files = { 'h.yaml': Buffer.from(`\ufeff${valid}`, 'utf16le') }
    expect(problemsOf(valid, { files })).to.deep.equal([
      'h.yaml:1:1: /etc/holdfast/h.yaml is saved as UTF-16 (little-endian): save it again as UTF-8 without a byte order mark',
    ])
  })
})
