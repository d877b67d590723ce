using IpsecDp.Ike.Identity;
using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>Identity of a security endpoint: one, or a pattern only the peer's side may have.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Single">The identity; null for a pattern.</param>
/// <param name="Pattern">What a peer's identity is compared with.</param>
internal sealed record SecurityIdentity(SourcePosition Position, IkeId? Single, IdPattern Pattern);
