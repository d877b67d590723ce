using System.CommandLine;
using System.CommandLine.Parsing;
using IpsecDp.Crypto;

namespace IpsecDp.Host.Verbs;

/// <summary>The option that names a cipher suite; an unknown name is an error with those near it.</summary>
internal static class SuiteOption
{
    private const int Shown = 4;

    /// <summary>Makes the option.</summary>
    public static Option<CipherSuite> Create() => new("--suite")
    {
        Description = "Algorithms, as aes-128-gcm-16, aes-256-cbc+hmac-sha2-256-128, chacha20-poly1305, null+hmac-sha2-256-128",
        DefaultValueFactory = _ => CipherSuite.Default,
        CustomParser = Parse,
        HelpName = "NAME",
    };

    private static CipherSuite? Parse(ArgumentResult result)
    {
        var name = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (CipherSuite.TryParse(name, out var suite))
        {
            return suite;
        }

        var near = CipherSuite.All.Where(known => known.Name.Contains(name, StringComparison.OrdinalIgnoreCase)).Take(Shown).ToArray();
        result.AddError($"--suite '{name}' is unknown; {(near.Length > 0 ? "near it: " : "some there are: ")}{string.Join(", ", (near.Length > 0 ? near : CipherSuite.All.Take(Shown)).Select(known => known.Name))}");
        return null;
    }
}
