import { expect } from 'chai'
import { load, problemsOf, valid } from './load-text.ts'

describe('privacy in the configuration', () => {
  it('shows places unless the file says off', () => {
    expect(load(valid).privacy.places).to.equal('on')
    expect(load(`${valid}privacy: {}\n`).privacy.places).to.equal('on')
    expect(load(`${valid}privacy: { places: on }\n`).privacy.places).to.equal('on')
    expect(load(`${valid}privacy: { places: off }\n`).privacy.places).to.equal('off')
  })

  for (const places of ['false', 'no', '0', '""', 'OFF', '[off]']) {
    it(`refuses ${places}, so that no one believes they are off`, () => {
      expect(problemsOf(`${valid}privacy: { places: ${places} }\n`).join('\n')).to.include(
        'privacy.places',
      )
    })
  }
})
