package pack

import (
	"context"
	"errors"
	"fmt"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/seal"
)

// Sealer is who signs and seals, and when.
type Sealer struct {
	Identity *seal.Identity
	// Time of signing, as the signer states it. It stands in signatures only.
	Time time.Time
	// Stamper, if not nil, gives every signature a timestamp. If it fails, nothing is written.
	Stamper seal.Stamper
	// Demo says that the key was made for this run only.
	Demo bool
}

// signer returns what the pages may say of s before it signs; nil for nobody. The key of a demo is another one each time:
// its fingerprint stands in the signatures only, so that two demos have the same pages.
func (s *Sealer) signer() *audit.Signer {
	if s == nil {
		return nil
	}
	p := s.Identity.Party()
	if s.Demo {
		return &audit.Signer{Name: p.Name}
	}
	return &audit.Signer{Name: p.Name, Fingerprint: p.Fingerprint}
}

// files makes the files of seal/ that signer n adds over a tag manifest.
func (s *Sealer) files(ctx context.Context, tagManifest []byte, n int) ([]bag.SealFile, error) {
	digest := evidence.DigestOf(tagManifest)
	cms, err := seal.Sign(ctx, s.Identity, digest, seal.Options{Time: s.Time, Stamper: s.Stamper})
	if err != nil {
		return nil, err
	}
	list := []bag.SealFile{{Name: bag.SealName(n, "p7s"), Data: cms}}
	if n == 1 {
		list = append(list, bag.SealFile{Name: bag.SignerName, Data: seal.MarshalPEM(s.Identity.Certificate)})
	}
	if s.Stamper == nil {
		return list, nil
	}
	response, err := s.Stamper.Stamp(ctx, digest)
	if err != nil {
		return nil, err
	}
	list = append(list, bag.SealFile{Name: bag.SealName(n, "tsr"), Data: response})
	if n > 1 {
		return list, nil
	}
	certificates, err := seal.ChainOf(response)
	if err != nil {
		return nil, err
	}
	return append(list, bag.SealFile{Name: bag.TSAChainName, Data: seal.MarshalPEM(certificates...)}), nil
}

// Added is a seal that was added to a bag.
type Added struct {
	Kind   string // of the bag: package, snapshot or bag
	Name   string // of the new .p7s, inside the bag
	Digest evidence.Digest
	Before []seal.Signature // the seals that were there already
}

// Seal seals a finished bag, a snapshot or any other, that has no seal yet.
func Seal(ctx context.Context, path string, s *Sealer, l bag.Limits) (Added, error) {
	return addSeal(ctx, path, s, l, func(before int) error {
		if before > 0 {
			return errors.New("it is sealed already: 'sign' adds a second signature")
		}
		return nil
	})
}

// CounterSign adds one more signature to a sealed package, or to any other sealed bag, and touches nothing else.
func CounterSign(ctx context.Context, path string, s *Sealer, l bag.Limits) (Added, error) {
	return addSeal(ctx, path, s, l, func(before int) error {
		if before == 0 {
			return errors.New("it is not sealed: 'seal' adds the first signature")
		}
		return nil
	})
}

// addSeal verifies everything in the bag and its seals, so that nobody signs what does not hold, and adds the next seal.
func addSeal(ctx context.Context, path string, s *Sealer, l bag.Limits, may func(before int) error) (added Added, err error) {
	err = bag.AddSeal(ctx, path, l, func(ctx context.Context, b *bag.Bag) ([]bag.SealFile, error) {
		v := &verifier{VerifyOptions: VerifyOptions{Trust: seal.Trust{At: s.Time}, Limits: l}, report: Report{Path: path}}
		if err := v.opened(ctx, b); err != nil {
			return nil, err
		}
		if err := v.report.Err(); err != nil {
			return nil, err
		}
		added = Added{Kind: v.report.Kind, Digest: b.Digest()}
		for _, signed := range v.report.Signed {
			if signed.Name == sealFolder {
				added.Before = signed.Signatures
			}
		}
		if err := may(len(added.Before)); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for _, one := range added.Before {
			if one.Signer.Fingerprint == s.Identity.Party().Fingerprint {
				return nil, fmt.Errorf("%s: %s has signed it already", path, one.Signer.Name)
			}
		}
		n := len(added.Before) + 1
		if n > bag.MaxSeals {
			return nil, fmt.Errorf("%s: has %d signers, more are not possible", path, bag.MaxSeals)
		}
		text, err := b.TagManifest()
		if err != nil {
			return nil, err
		}
		added.Name = sealFolder + "/" + bag.SealName(n, "p7s")
		return s.files(ctx, text, n)
	})
	return added, err
}
