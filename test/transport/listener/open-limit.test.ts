import { expect } from 'chai'
import { openSignInsAllowed, signInsThatFit } from '../../../src/transport/listener/open-limit.ts'

const mebibyte = 1024 * 1024

describe('open sign-ins and memory', () => {
  it('leaves the default of 20,000 in a control group of 512 MB, where V8 takes 259', () => {
    const fitting = signInsThatFit(259 * mebibyte)
    expect(fitting).to.be.within(20_000, 50_000)
    expect(openSignInsAllowed(20_000, fitting)).to.deep.equal({ maxOpen: 20_000 })
  })

  it('takes no more than fit, and says so with both numbers', () => {
    const fitting = signInsThatFit(259 * mebibyte)
    const { maxOpen, danger } = openSignInsAllowed(100_000, fitting)
    expect(maxOpen).to.equal(fitting)
    expect(danger).to.include('100000 open').and.include(`${fitting} are taken`)
  })

  it('takes some also where hardly anything fits', () => {
    expect(signInsThatFit(50 * mebibyte)).to.equal(1_000)
  })
})
