using System.Runtime.InteropServices;

namespace IpsecDp.Workloads.Accounting;

// 128 octets keep what the writing thread counts off the cache lines of what the receiving thread counts.
[StructLayout(LayoutKind.Sequential, Size = 128)]
internal struct OfferedCounts
{
    public long Packets;
    public long Octets;
    public long GivenUp;
}
