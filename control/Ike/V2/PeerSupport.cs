using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Notifies;

namespace IpsecDp.Ike.V2;

/// <summary>Extensions a peer announced in IKE_SA_INIT.</summary>
/// <param name="Fragments">RFC 7383.</param>
/// <param name="Intermediate">RFC 9242.</param>
/// <param name="Childless">RFC 6023.</param>
/// <param name="Ppk">RFC 8784.</param>
/// <param name="Hashes">RFC 7427; null where it is not spoken.</param>
internal sealed record PeerSupport(bool Fragments, bool Intermediate, bool Childless, bool Ppk, IReadOnlyList<SignatureHash>? Hashes)
{
    /// <summary>What a first message says.</summary>
    public static PeerSupport Of(IkeMessage message)
    {
        bool Has(NotifyType type) => message.FindNotify(type) is not null;
        var hashes = message.FindNotify(NotifyType.SignatureHashAlgorithms) is { } notify && SignatureHashes.TryRead(notify, out var read) ? read.Hashes : null;
        return new(Has(NotifyType.FragmentationSupported), Has(NotifyType.IntermediateExchangeSupported), Has(NotifyType.ChildlessIkev2Supported), Has(NotifyType.UsePpk), hashes);
    }
}
