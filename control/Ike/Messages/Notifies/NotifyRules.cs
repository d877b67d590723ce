using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Proposals;

namespace IpsecDp.Ike.Messages.Notifies;

/// <summary>What SPI and data each type of notification has to have; a type without a rule may have any data.</summary>
internal static class NotifyRules
{
    private const int NatHashLength = 20;
    private const int V4Pair = 2 * (4 + 2);
    private const int V6Pair = 2 * (16 + 2);

    /// <summary>Whether an SPI fits: none, or one as long as its protocol's (RFC 7296 §3.10); the types that speak of a child need a child's.</summary>
    public static IkeFault FaultOfSpi(NotifyType type, ProtocolId protocol, int spiLength)
    {
        var isChild = ProtocolIds.IsChild(protocol) && spiLength == ProtocolIds.ChildSpiLength;
        var isFit = type switch
        {
            // RFC 7296 §3.10: the SA to be rekeyed, or not found, is named by an SPI of ESP or AH.
            NotifyType.RekeySa or NotifyType.ChildSaNotFound => isChild,
            _ when spiLength == 0 => true,
            _ => isChild || (protocol == ProtocolId.Ike && spiLength == ProtocolIds.IkeSpiLength),
        };
        return isFit ? IkeFault.None : IkeFault.NotifySpi;
    }

    /// <summary>Whether data fits its type.</summary>
    public static IkeFault FaultOfData(NotifyType type, ReadOnlySpan<byte> data) =>
        data.Length <= PayloadLimits.NotifyData && IsFit(type, data) ? IkeFault.None : IkeFault.NotifyData;

    private static bool IsFit(NotifyType type, ReadOnlySpan<byte> data) => type switch
    {
        NotifyType.UnsupportedCriticalPayload => data.Length == 1,
        // RFC 7296 §2.5: the version spoken; some peers leave it out.
        NotifyType.InvalidMajorVersion => data.Length <= 1,
        NotifyType.InvalidKePayload => data.Length == 2,
        // RFC 7296 §3.10.1: INVALID_SPI carries the SPI of ESP or AH.
        NotifyType.InvalidSpi or NotifyType.SetWindowSize or NotifyType.AuthLifetime or NotifyType.AdditionalIp4Address => data.Length == 4,
        NotifyType.AdditionalIp6Address => data.Length == 16,
        NotifyType.NatDetectionSourceIp or NotifyType.NatDetectionDestinationIp => data.Length == NatHashLength,
        // RFC 7296 §2.6.
        NotifyType.Cookie => data.Length is >= 1 and <= 64,
        // RFC 4555 §4.2.5.
        NotifyType.Cookie2 => data.Length is >= 8 and <= 64,
        NotifyType.NoNatsAllowed => data.Length is V4Pair or V6Pair,
        NotifyType.IpcompSupported => data.Length == 3,
        // RFC 7427 §4.
        NotifyType.SignatureHashAlgorithms => data.Length > 0 && data.Length % 2 == 0,
        NotifyType.Redirect or NotifyType.RedirectedFrom => Redirection.IsFit(data, hasNonce: type == NotifyType.Redirect),
        // RFC 6290 §4.1.
        NotifyType.QuickCrashDetection => data.Length is >= 16 and <= 128,
        // RFC 8784 §3: type and identity, or nothing in the answer.
        NotifyType.PpkIdentity => data.Length != 1,
        NotifyType.NoPpkAuth or NotifyType.AdditionalKeyExchange => data.Length > 0,
        _ => true,
    };
}
