// Command peer runs the product as one process, the way the benchmark harness runs
// its peers, and prints one JSON line with the sums that the harness compares.
//
//	peer rfm    QUNXIANG IN.csv OUT.csv     new, import, run rfm, export
//	peer read   QUNXIANG IN.xlsx OUT        new, import --dry-run
//	peer import QUNXIANG IN.xlsx OUT        new, import
//	peer check  OUT.csv                     the scores of an export against midrank quintiles
//	peer tree   QUNXIANG IN.bin DEPTH       run dtree on a project that holds the first 80 % of the rows
//	peer treecheck QUNXIANG IN.bin          accuracy of that tree on the other 20 %
//	peer kmeans QUNXIANG IN.bin K STARTS SEED  run kmeans on a project that holds the points
//	peer sweep  QUNXIANG IN.bin             the same for 2 to 10 groups
//	peer value  QUNXIANG IN.csv             run value on a project that holds the histories
//	peer ward   QUNXIANG IN.bin K           run hclust there
//
// The project file is made beside OUT and removed again.
package main
