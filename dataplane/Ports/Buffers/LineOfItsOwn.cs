using System.Runtime.InteropServices;

namespace IpsecDp.Ports.Buffers;

/// <summary>A word that several threads change, with nothing of others in its cache line nor in the one a processor fetches along with it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 2 * Reach)]
internal struct LineOfItsOwn
{
    // Two lines of 64 octets.
    private const int Reach = 128;

    [FieldOffset(Reach)]
    public long Word;
}
