import { expect } from 'chai'
import {
  fileTimeMs,
  msToTicks,
  parseGeneralizedTime,
  spanMs,
  ticksToMs,
} from '../../../../src/directory/ldap/entries/moments.ts'

describe('moments of directories', () => {
  it('reads moments as Active Directory writes them', () => {
    expect(fileTimeMs('116444736000000000')).to.equal(0)
    expect(fileTimeMs('132223104000000000')).to.equal(Date.UTC(2020, 0, 1))
    for (const never of ['0', '-1']) expect(fileTimeMs(never)).to.equal(0)
    for (const nonsense of [undefined, '', 'x', '1e9', '9'.repeat(30)])
      expect(fileTimeMs(nonsense)).to.equal(undefined)
    expect(parseGeneralizedTime('20261125014848.0Z')).to.equal(Date.UTC(2026, 10, 25, 1, 48, 48))
    for (const nonsense of [undefined, '', '2026', '20261125014848+0100'])
      expect(parseGeneralizedTime(nonsense)).to.equal(undefined)
  })

  it('writes a moment as Active Directory does, and reads it again', () => {
    expect(msToTicks(0)).to.equal(116_444_736_000_000_000n)
    expect(msToTicks(Date.UTC(2020, 0, 1))).to.equal(132_223_104_000_000_000n)
    expect(ticksToMs(132_223_104_000_000_000n)).to.equal(Date.UTC(2020, 0, 1))
    expect(spanMs(-18_000_000_000n)).to.equal(30 * 60_000)
  })

  it('takes no month or hour that does not exist', () => {
    for (const nonsense of ['20259999999999Z', '20251301000000Z', '20250101250000Z'])
      expect(parseGeneralizedTime(nonsense)).to.equal(undefined)
  })
})
