package rpc

import (
	"context"
	"time"

	"qunxiang/sdk"
)

// remote is a method of a plugin, as if it were here.
type remote struct {
	client *Client
	info   sdk.Info
}

// Method returns a method of the plugin as an [sdk.Method], which is also an
// [sdk.Applier] and an [sdk.Exporter]; what it is able to do is in its capabilities.
func (c *Client) Method(in sdk.Info) sdk.Method { return remote{client: c, info: in} }

// Info implements sdk.Method.
func (m remote) Info() sdk.Info { return m.info }

// Validate implements sdk.Method.
func (m remote) Validate(ctx context.Context, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	return m.client.Validate(ctx, m.info, r)
}

// Fit implements sdk.Method.
func (m remote) Fit(ctx context.Context, r sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	stop, finish := Stopped(ctx, rep)
	defer finish()
	return m.client.Fit(ctx, m.info, r, Control{Progress: rep.Progress, Stop: stop})
}

// Apply implements sdk.Applier.
func (m remote) Apply(ctx context.Context, r sdk.ApplyRequest, rep sdk.Reporter) (sdk.ApplyResponse, error) {
	return m.client.Apply(ctx, m.info, r, Control{Progress: rep.Progress})
}

// ExportModel implements sdk.Exporter.
func (m remote) ExportModel(ctx context.Context, model sdk.Model, format string) ([]byte, error) {
	return m.client.ExportModel(ctx, m.info, model, format)
}

// Stopped turns the question of a reporter into the channel of a [Control]. finish
// ends the asking.
func Stopped(ctx context.Context, rep sdk.Reporter) (stop <-chan struct{}, finish func()) {
	c := make(chan struct{})
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		tick := time.NewTicker(step)
		defer tick.Stop()
		for !rep.Stopping() {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
		close(c)
	}()
	return c, cancel
}
