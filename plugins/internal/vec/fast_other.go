//go:build !amd64

package vec

// Fast reports whether this processor runs the assembly.
func Fast() bool { return false }

func wide() bool { return false }

func clampFast([]float64, float64, float64) {}

func standardFast([]float64, float64, float64) {}

func squareSumFast([]float64, float64, float64, float64, *[8]float64) {}

func cubeSumFast([]float64, float64, float64, float64, float64, *[8]float64) {}

func mixFast([]uint64, []float64) {}

func splitFast([]float64, float64, []float64, []float64, *[2]int) {}

func dotFast([]float64, []float64, *[16]float64) {}

func narrowSumsFast(*float32, int, int, int, int, int, *[NarrowLanes]float64) {}

func nearnessFast([]float64, []float64) {}

func moveFast(*Moves, []int32, []int32, []int32, []float64) {}

func withinFast([]float64, []int32, *[16]float64, *[16]float64, []float64, []int32, []int32, *[2]int) {
}

func screenFast([]float32, int, int, int, []float32, []int32, []uint64, float32, float32) {}

func changedFast([]int32, []int32, []int32) int { return 0 }

func groupSumsFast([]float64, []int32, int, float64, float64, *[2 * 8 * 8]float64) {}

func nearestTwoFast([]float64, int, int, int, []float64, []int32, []float64, []float64) {}

func coverFast(Columns, []float64, []float64, []float64, *[4]float64) {}

func distanceSumsFast(*float64, int, int, int, int, int, *[Lanes]float64) {}

func extentFast([]float64, *[8]float64) {}

func gridSumFast([]float64, float64, float64, *[8]float64) {}
