using System.Runtime.InteropServices;

namespace IpsecDp.Workloads.Accounting;

// 128 octets for the reason given in OfferedCounts.
[StructLayout(LayoutKind.Sequential, Size = 128)]
internal struct ArrivalCounts
{
    public long Delivered;
    public long Octets;
    public long Reordered;
    public long Duplicated;
    public long Corrupted;
}
