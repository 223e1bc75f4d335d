// Package methodv1 is generated from proto/qunxiang/method/v1/method.proto by
// tools/protogen, and so committed that building needs no tools. Only the packages
// below sdk see it: what people write against is package sdk.
package methodv1

//go:generate go -C ../../../tools/protogen run . -root ../../proto -out ../.. -module qunxiang qunxiang/method/v1/method.proto
