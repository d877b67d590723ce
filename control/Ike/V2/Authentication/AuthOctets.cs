using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.V2.Handshakes;

namespace IpsecDp.Ike.V2.Authentication;

/// <summary>What AUTH covers of one handshake (RFC 7296 §2.15), for either side.</summary>
internal static class AuthOctets
{
    /// <summary>The octets of the initiator's AUTH.</summary>
    public static byte[] OfInitiator(Handshake handshake, IkeProtection protection, IkeId id, uint messageId) => SignedOctets.Of(
        protection.Suite.Prf, protection.Keys.Initiator.Proof, handshake.Request, handshake.Nonces.Responder.Span, id, handshake.Intermediate.Conclude(messageId));

    /// <summary>The octets of the responder's AUTH.</summary>
    public static byte[] OfResponder(Handshake handshake, IkeProtection protection, IkeId id, uint messageId) => SignedOctets.Of(
        protection.Suite.Prf, protection.Keys.Responder.Proof, handshake.Response, handshake.Nonces.Initiator.Span, id, handshake.Intermediate.Conclude(messageId));
}
