using System.Runtime.InteropServices;

namespace IpsecDp.Engines;

/// <summary>One end of a queue: jobs and octets that passed it since the beginning. Nothing of the other end lies in its cache line nor in the one a processor fetches along with it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 2 * Reach)]
internal struct QueueEnd
{
    // Two lines of 64 octets.
    private const int Reach = 128;

    [FieldOffset(Reach)]
    public long Jobs;

    [FieldOffset(Reach + sizeof(long))]
    public long Octets;
}
