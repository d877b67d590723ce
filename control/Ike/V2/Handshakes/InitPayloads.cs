using IpsecDp.Ike.Identity.Certificates;
using IpsecDp.Ike.Identity.Signatures;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages.Fragments;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2.Handshakes;

/// <summary>What both ends say of themselves in IKE_SA_INIT behind SA, KE and nonce.</summary>
internal static class InitPayloads
{
    /// <summary>Whether ESP is to go in UDP though no NAT is there: then a NAT is pretended, so that both ends do it.</summary>
    public static bool Pretends(ConnectionModel connection) => connection.Children.Any(child => child.ForcesEncapsulation);

    /// <summary>The notifications of either side.</summary>
    public static IEnumerable<IkePayload> Common(IReadOnlyList<ConnectionModel> connections, IkeSpis spis, IkePath path)
    {
        foreach (var notify in NatDetection.Payloads(spis, path, connections.Any(Pretends)))
        {
            yield return notify;
        }

        if (connections.Any(connection => connection.FragmentMtu >= 0))
        {
            yield return new NotifyPayload(NotifyType.FragmentationSupported);
        }

        if (HashesOf(connections) is { Count: > 0 } hashes)
        {
            yield return new SignatureHashes([.. hashes]).ToPayload();
        }

        if (connections.Any(connection => connection.Ppk is not null))
        {
            yield return new NotifyPayload(NotifyType.UsePpk);
        }

        yield return new NotifyPayload(NotifyType.IntermediateExchangeSupported);
    }

    /// <summary>The request for certificates under the authorities the policy trusts; null where no peer has to show one.</summary>
    public static CertificateRequestPayload? CertificateRequest(IEnumerable<ConnectionModel> connections)
    {
        var rules = connections.Select(connection => connection.RemoteProof).OfType<ProofModel.Certified>().ToList();
        return rules.Count == 0 ? null : CertificateRequests.Of(rules.SelectMany(proof => proof.Rules.Anchors).Distinct());
    }

    /// <summary>Octets of a datagram on a path, where both ends fragment.</summary>
    public static int RoomOf(ConnectionModel connection, PeerSupport support, in IkePath path)
    {
        if (!support.Fragments || connection.FragmentMtu < 0)
        {
            return PayloadLimits.Message;
        }

        var least = path.Local.Version == IpVersion.V4 ? FragmentRoom.LeastV4Path : FragmentRoom.LeastV6Path;
        return FragmentRoom.Of(path.Local.Version, Math.Max(connection.FragmentMtu, least), path.HasMarker);
    }

    private static IReadOnlyList<SignatureHash> HashesOf(IEnumerable<ConnectionModel> connections)
    {
        var rules = new List<SignatureRules>();
        foreach (var connection in connections)
        {
            if (connection.RemoteProof is ProofModel.Certified certified)
            {
                rules.Add(certified.Rules.Keys);
            }

            // A signer announces too: some peers sign by RFC 7427 only towards who speaks it.
            if (connection.LocalProof is ProofModel.Own own)
            {
                rules.Add(own.Rules);
            }
        }

        return [.. rules.SelectMany(rule => rule.Hashes).Distinct()];
    }
}
