using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using IpsecDp.Ike.Models;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Binding;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Compile;

/// <summary>Policy text into models: all of it, or a list of every fault and nothing.</summary>
public static class PolicyCompiler
{
    /// <summary>Reads and compiles a file; a file that cannot be read is an error like any other.</summary>
    public static bool TryCompileFile(string path, [NotNullWhen(true)] out PolicyModel? model, out ConfigReport errors)
    {
        model = null;
        var octets = Array.Empty<byte>();
        try
        {
            octets = ReadBounded(path, out var length);
            return TryCompile(octets.AsSpan(0, length), path, Path.GetDirectoryName(Path.GetFullPath(path)), out model, out errors);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            errors = new ConfigReport([new(new(path, 0, 0), ConfigRule.Unreadable, $"the policy cannot be read: {exception.Message}")], 0);
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }
    }

    /// <summary>Compiles text; a string cannot be zeroed, so keys are better given as octets or in a file.</summary>
    public static bool TryCompile(string text, string file, [NotNullWhen(true)] out PolicyModel? model, out ConfigReport errors)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        var isCompiled = TryCompile(octets, file, out model, out errors);
        CryptographicOperations.ZeroMemory(octets);
        return isCompiled;
    }

    /// <summary>Compiles UTF-8 text; <paramref name="file"/> only names it in messages, the text cannot name other files, and the caller zeroes the octets.</summary>
    public static bool TryCompile(ReadOnlySpan<byte> utf8, string file, [NotNullWhen(true)] out PolicyModel? model, out ConfigReport errors) =>
        TryCompile(utf8, file, null, out model, out errors);

    private static bool TryCompile(ReadOnlySpan<byte> utf8, string file, string? folder, [NotNullWhen(true)] out PolicyModel? model, out ConfigReport errors)
    {
        var findings = new Findings();
        using var config = new PolicyConfig(new(file, 0, 0));
        using (var text = PolicyText.Decode(utf8, file, findings))
        {
            PolicyBinder.Bind(PolicyReader.Read(text, findings), config, findings);
        }

        model = Compile(config, folder, findings);
        errors = findings.Errors();
        return model is not null;
    }

    private static PolicyModel? Compile(PolicyConfig config, string? folder, Findings findings)
    {
        IpFilterPolicyValidator.Validate(config, findings);
        ReferenceValidator.Validate(config, findings);
        IpServiceValidator.Validate(config, findings);
        IpFilterRuleValidator.Validate(config, findings);
        new KeyExchangeValidator(config, findings).Validate();
        var connections = new ConnectionCompiler(config, new PolicyFiles(folder, findings), findings);
        connections.CheckOffers();
        var algorithms = ValidateTunnels(config, findings);

        // Groups that hold themselves cannot be unfolded.
        if (!GroupCycleValidator.Validate(config, findings) || config.FilterPolicy is not { } policy)
        {
            return null;
        }

        var dynamic = new DynamicTunnels(config, findings);
        var rules = new SpdCompiler(config, dynamic, findings).Compile(policy);
        StartCompiler.Mark(dynamic.All, config, findings);
        DynamicTunnelValidator.Validate(dynamic.All, config, findings);
        TunnelUseValidator.Validate(rules, config, findings);
        ShadowedRuleValidator.Validate(rules, findings);
        var used = SelectorsByTunnel(rules);
        RequireDistinctNames([.. used.Keys.Select(t => ("IpManVpnAction", t.Name, t.Position)), .. dynamic.All.Select(t => ("IpDynVpnAction", t.Name, t.Action.Position))], findings);
        if (findings.HasErrors)
        {
            return null;
        }

        var negotiated = new List<DynamicTunnelModel>();
        var ike = config.ExchangePolicy is null ? IkeModel.Empty : connections.Compile(dynamic, negotiated);

        // Files are read last, and each that cannot be is reported.
        if (findings.HasErrors)
        {
            IkeSecrets.Erase(ike);
            return null;
        }

        return new PolicyModel
        {
            Spd = SpdCompiler.ToModel(policy, rules),
            EndsWithImplicitRule = policy.ImplicitDiscardWithIcmp,
            Tunnels = [.. used.Where(u => u.Key.IsActive).Select(u => ToModel(u.Key, algorithms[u.Key], u.Value, config))],
            DynamicTunnels = negotiated,
            Ike = ike,
            InactiveTunnels = [.. used.Keys.Where(t => !t.IsActive).Select(t => t.Name)],
            Warnings = findings.Warnings(),
            SortingWarnings = SortingWarnings(rules),
        };
    }

    private static ConfigReport SortingWarnings(IReadOnlyList<CompiledRule> rules)
    {
        var findings = new Findings();
        ReplayWindowValidator.Validate(rules, findings);
        return findings.Warnings();
    }

    private static Dictionary<IpManVpnAction, TunnelAlgorithms> ValidateTunnels(PolicyConfig config, Findings findings)
    {
        var chosen = new Dictionary<IpManVpnAction, TunnelAlgorithms>(ReferenceEqualityComparer.Instance);
        var keys = new KeyValidator(findings);
        var spis = new SpiValidator(findings);
        foreach (var tunnel in config.EveryManualTunnel)
        {
            var algorithms = TunnelAlgorithmValidator.Choose(tunnel, config.FilterPolicy is { Fips140: true }, findings);
            TunnelOptionValidator.Validate(tunnel, algorithms, config, findings);
            if (algorithms is not null)
            {
                spis.Validate(tunnel, algorithms);
                keys.Validate(tunnel, algorithms);
                chosen.Add(tunnel, algorithms);
            }
        }

        return chosen;
    }

    // Global names were compared as they were read; an inline statement's name may still be another's, and both kinds of tunnel share one name space.
    private static void RequireDistinctNames(IReadOnlyList<(string Keyword, string Name, SourcePosition Position)> tunnels, Findings findings)
    {
        var names = new Dictionary<string, SourcePosition>(StringComparer.Ordinal);
        foreach (var (keyword, name, position) in tunnels)
        {
            if (!names.TryAdd(name, position))
            {
                findings.Error(position, ConfigRule.Duplicate, $"{keyword} {name} is defined twice; the first stands at {names[name]}");
            }
        }
    }

    private static OrderedDictionary<IpManVpnAction, HashSet<TrafficSelector>> SelectorsByTunnel(IReadOnlyList<CompiledRule> rules)
    {
        var used = new OrderedDictionary<IpManVpnAction, HashSet<TrafficSelector>>(ReferenceEqualityComparer.Instance);
        foreach (var rule in rules)
        {
            if (rule.Tunnel is { } tunnel)
            {
                used.TryAdd(tunnel, []);
                used[tunnel].UnionWith(rule.Rule.Selectors);
            }
        }

        return used;
    }

    private static TunnelModel ToModel(IpManVpnAction tunnel, TunnelAlgorithms algorithms, IEnumerable<TrafficSelector> selectors, PolicyConfig config)
    {
        var local = TunnelOptionValidator.Resolve(tunnel.Local, config)!.Value;
        var remote = TunnelOptionValidator.Resolve(tunnel.Remote, config)!.Value;
        return new TunnelCompiler(tunnel, algorithms, [.. selectors], local, remote).Compile();
    }

    private static byte[] ReadBounded(string path, out int length)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);

        // One octet more than allowed, so that the reader sees that the file is too long; a pipe or device has no length to ask for.
        var octets = new byte[stream is { CanSeek: true, Length: > 0 } ? (int)Math.Min(stream.Length, TextLimits.Octets + 1) : TextLimits.Octets + 1];
        length = stream.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
        return octets;
    }
}
