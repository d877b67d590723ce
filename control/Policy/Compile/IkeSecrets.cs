using IpsecDp.Ike.Models;

namespace IpsecDp.Policy.Compile;

/// <summary>The secrets of an IKE model, which its owner zeroes.</summary>
public static class IkeSecrets
{
    /// <summary>Zeroes shared keys and lets go of private ones.</summary>
    public static void Erase(IkeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        foreach (var proof in model.Connections.SelectMany(c => new[] { c.LocalProof, c.RemoteProof }))
        {
            switch (proof)
            {
                case ProofModel.Shared shared:
                    shared.Secret.Dispose();
                    break;
                case ProofModel.Own own:
                    foreach (var credential in own.Credentials)
                    {
                        credential.Key.Dispose();
                        credential.Certificate.Dispose();
                    }

                    break;
                default:
                    break;
            }
        }
    }
}
