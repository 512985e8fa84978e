import { expect } from 'chai'
import fc from 'fast-check'
import { foldName, preparePassword, tidyName } from '../../../src/support/index.ts'
import { anyText } from '../../any-text.ts'

const composed = 'm\u00fcller'

describe('names that are compared', () => {
  const same: Readonly<Record<string, readonly string[]>> = {
    [composed]: [
      'mu\u0308ller',
      'M\u00dcLLER',
      'MU\u0308LLER',
      '  m\u00fcller ',
      'm\u00fcl\u200bler',
    ],
    'vpn g\u00e4ste': [
      'VPN Ga\u0308ste',
      'VPN\u00a0G\u00e4ste',
      'VPN\u3000G\u00e4ste',
      '\ufeffvpn g\u00e4ste',
    ],
    alice: ['\uff21\uff4c\uff49\uff43\uff45', 'al\u00adice', '\u202aalice\u202c'],
    // Lower case leaves j and its mark apart, which NFC has as one letter.
    '\u01f0': ['J\u030c', 'j\u030c'],
    '\u30ac': ['\uff76\uff9e'],
  }
  for (const [folded, spellings] of Object.entries(same)) {
    for (const spelling of [folded, ...spellings]) {
      it(`folds ${JSON.stringify(spelling)} to ${JSON.stringify(folded)}`, () => {
        expect(foldName(spelling)).to.equal(folded)
      })
    }
  }

  it('keeps the case of a name that is only tidied', () => {
    expect(tidyName(' MU\u0308LLER\u00a0')).to.equal('M\u00dcLLER')
  })

  it('keeps apart what differs in more than its spelling', () => {
    for (const other of ['muller', 'mueller', 'mull\u0308er']) {
      expect(foldName(other)).not.to.equal(composed)
    }
  })

  it('changes nothing when it is done twice, and leaves one form of each text', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const folded = foldName(text)
        expect(foldName(folded)).to.equal(folded)
        expect(foldName(text.normalize('NFD'))).to.equal(folded)
        expect(tidyName(tidyName(text))).to.equal(tidyName(text))
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('passwords that are compared', () => {
  it('are equal in whatever form and with whatever space they are typed, and keep their case', () => {
    expect(preparePassword('Gru\u0308n\u00a0Blau ')).to.equal('Gr\u00fcn Blau ')
    expect(preparePassword('\uff21')).to.equal('\uff21')
  })
})
