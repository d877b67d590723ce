using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.Identity;

/// <summary>What this node proves its identity with.</summary>
public interface IAuthenticator
{
    /// <summary>The AUTH payload over what <see cref="SignedOctets"/> gave for this side.</summary>
    AuthenticationPayload Prove(ReadOnlySpan<byte> signedOctets);
}
