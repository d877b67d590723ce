using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Ipsec.Ah;

/// <summary>The length of an authentication header.</summary>
internal static class AhGeometry
{
    /// <summary>Octets of the header with ICV and padding: a multiple of 4 for IPv4 and of 8 for IPv6 (RFC 4302 §2.2).</summary>
    public static int HeaderLength(SaModel model)
    {
        var length = AhView.FixedLength + CipherSuite.IcvLengthOf(model.Suite.Integrity);
        var alignment = model.Local.Version == IpVersion.V4 ? 4 : 8;
        return (length + alignment - 1) & -alignment;
    }
}
