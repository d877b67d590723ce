using IpsecDp.Wire.Ip;

namespace EndToEnd.Tests.Interop;

/// <summary>The fields of an IP header that a kernel's UDP socket chooses by itself.</summary>
internal static class KernelWritten
{
    // IPv4: identification, flags, TTL, and the checksum over them.
    private static readonly int[] FieldsV4 = [4, 5, 6, 7, 8, 10, 11];

    // IPv6: the flow label, whose upper half shares an octet with the traffic class, and the hop limit.
    private static readonly int[] FieldsV6 = [2, 3, 7];

    /// <summary>The packet with those fields zeroed.</summary>
    public static byte[] Masked(byte[] packet)
    {
        var masked = (byte[])packet.Clone();
        var isV4 = masked[0] >> 4 == (int)IpVersion.V4;
        foreach (var at in isV4 ? FieldsV4 : FieldsV6)
        {
            masked[at] = 0;
        }

        if (!isV4)
        {
            masked[1] &= 0xF0;
        }

        return masked;
    }
}
