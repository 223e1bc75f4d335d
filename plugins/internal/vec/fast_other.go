//go:build !amd64

package vec

// Fast reports whether this processor runs the assembly.
func Fast() bool { return false }

func nearestTwoFast([]float64, int, int, int, []float64, []int32, []float64, []float64) {}

func coverFast(Columns, []float64, []float64, []float64, *[4]float64) {}

func distanceSumsFast(*float64, int, int, int, int, int, *[Lanes]float64) {}

func extentFast([]float64, *[8]float64) {}

func gridSumFast([]float64, float64, float64, *[8]float64) {}
