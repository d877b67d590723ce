using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.Identity;

/// <summary>What a peer's proof is held against.</summary>
public interface IAuthenticationCheck
{
    /// <summary>Checks the AUTH payload over what <see cref="SignedOctets"/> gives for the peer's side; never throws for what a peer sent.</summary>
    AuthenticationFault Check(AuthenticationPayload proof, ReadOnlySpan<byte> signedOctets);
}
