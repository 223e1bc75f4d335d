package rpc

import (
	"context"

	"qunxiang/sdk/internal/methodv1"
)

// Describe is what p would say of itself in a process of its own, with the same
// checks. A panic of a method is an error.
func (p Plugin) Describe() (Description, error) {
	s, err := guarded(func() (*service, error) { return newService(p), nil })
	if err != nil {
		return Description{}, err
	}
	m, err := s.Describe(context.Background(), &methodv1.DescribeRequest{ProtocolMinor: ProtocolMinor})
	if err != nil {
		return Description{}, err
	}
	return described(m)
}
