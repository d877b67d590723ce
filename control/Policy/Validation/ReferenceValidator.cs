using IpsecDp.Policy.Binding;
using IpsecDp.Policy.Config;

namespace IpsecDp.Policy.Validation;

/// <summary>Every <c>…Ref</c> leads to a statement, and every global statement is led to.</summary>
internal sealed class ReferenceValidator
{
    private readonly PolicyConfig _config;
    private readonly Findings _findings;
    private readonly HashSet<(string Keyword, string Name)> _used = [];

    private ReferenceValidator(PolicyConfig config, Findings findings)
    {
        _config = config;
        _findings = findings;
    }

    /// <summary>Reports dangling references as errors and unused statements as warnings.</summary>
    public static void Validate(PolicyConfig config, Findings findings)
    {
        var validator = new ReferenceValidator(config, findings);
        validator.CheckRules();
        validator.CheckGroups();
        validator.CheckTunnels();
        validator.CheckExchanges();
        validator.WarnUnused();
    }

    private void CheckRules()
    {
        foreach (var use in _config.FilterPolicy?.Rules ?? [])
        {
            Check(use, _config.Rules, _config.RuleGroups);
        }

        foreach (var rule in _config.EveryRule)
        {
            Check(rule.Source);
            Check(rule.Destination);
            Check(rule.Service, _config.Services, _config.ServiceGroups);
            Check(_config.Actions, rule.Action?.Reference);
            Check(_config.ManualActions, rule.ManualVpn?.Reference);
            Check(_config.DynamicActions, rule.DynamicVpn?.Reference);
            Check(_config.StartActions, rule.LocalStart?.Reference);
        }
    }

    private void CheckGroups()
    {
        foreach (var use in _config.RuleGroups.All.SelectMany(g => g.Members))
        {
            Check(use, _config.Rules, _config.RuleGroups);
        }

        foreach (var use in _config.ServiceGroups.All.SelectMany(g => g.Members))
        {
            Check(use, _config.Services, _config.ServiceGroups);
        }

        foreach (var member in _config.AddressGroups.All.SelectMany(g => g.Members))
        {
            Check(member);
        }
    }

    private void CheckTunnels()
    {
        foreach (var endpoint in _config.EveryManualTunnel.SelectMany(t => new[] { t.Local, t.Remote }).Concat(_config.EveryStartAction.SelectMany(s => new[] { s.Local, s.Remote })))
        {
            if (endpoint is { Name: { } name })
            {
                Check(_config.Addresses, new NameReference(name, endpoint.Position));
            }
        }
    }

    private void CheckExchanges()
    {
        foreach (var use in (_config.ExchangePolicy?.Rules ?? []).Concat(_config.ExchangeGroups.All.SelectMany(g => g.Members)))
        {
            Check(use, _config.ExchangeRules, _config.ExchangeGroups);
        }

        foreach (var use in (_config.StartPolicy?.Rules ?? []).Concat(_config.StartGroups.All.SelectMany(g => g.Members)))
        {
            Check(use, _config.StartRules, _config.StartGroups);
        }

        foreach (var rule in _config.EveryExchangeRule)
        {
            Check(_config.LocalEndpoints, rule.Local?.Reference);
            Check(_config.RemoteEndpoints, rule.Remote?.Reference);
            Check(_config.ExchangeActions, rule.Action?.Reference);
        }

        foreach (var use in _config.EveryExchangeAction.SelectMany(a => a.Offers))
        {
            Check(_config.ExchangeOffers, use.Reference);
        }

        foreach (var use in _config.EveryDynamicAction.SelectMany(a => a.Offers))
        {
            Check(_config.DataOffers, use.Reference);
        }
    }

    private void Check<T, TGroup>(Use<T>? use, NameTable<T> table, NameTable<TGroup> groups)
        where T : class, INamedStatement
        where TGroup : class, INamedStatement
    {
        Check(table, use?.Reference);
        Check(groups, use?.Group);
    }

    private void Check(AddressChoice side)
    {
        if (side.Name is not { } name)
        {
            return;
        }

        var reference = new NameReference(name, side.Position);
        switch (side.Kind)
        {
            case AddressNameKind.Address:
                Check(_config.Addresses, reference);
                return;
            case AddressNameKind.Set:
                Check(_config.AddressSets, reference);
                return;
            default:
                Check(_config.AddressGroups, reference);
                return;
        }
    }

    private void Check<T>(NameTable<T> table, NameReference? reference)
        where T : class, INamedStatement
    {
        if (reference is null)
        {
            return;
        }

        if (table.Find(reference.Name) is not null)
        {
            _used.Add((table.Keyword, reference.Name));
            return;
        }

        // The search costs a comparison with every name, so it is made only for messages somebody reads.
        var nearest = _findings.IsFull ? null : NearestKeyword.Find(reference.Name, table.All.Select(s => s.Name));
        var hint = nearest is null ? "" : nearest.Equals(reference.Name, StringComparison.OrdinalIgnoreCase) ? $"; names are case-sensitive, and {nearest} is defined" : $"; {nearest} may be meant";
        _findings.Error(reference.Position, ConfigRule.DanglingReference, $"{table.Keyword} {reference.Name} is not defined{hint}");
    }

    private void WarnUnused()
    {
        WarnUnused(_config.Rules);
        WarnUnused(_config.RuleGroups);
        WarnUnused(_config.Services);
        WarnUnused(_config.ServiceGroups);
        WarnUnused(_config.Addresses);
        WarnUnused(_config.AddressSets);
        WarnUnused(_config.AddressGroups);
        WarnUnused(_config.Actions);
        WarnUnused(_config.ManualActions);
        WarnUnused(_config.DynamicActions);
        WarnUnused(_config.DataOffers);
        WarnUnused(_config.StartActions);
        WarnUnused(_config.StartRules);
        WarnUnused(_config.StartGroups);
        WarnUnused(_config.ExchangeRules);
        WarnUnused(_config.ExchangeGroups);
        WarnUnused(_config.ExchangeActions);
        WarnUnused(_config.ExchangeOffers);
        WarnUnused(_config.LocalEndpoints);
        WarnUnused(_config.RemoteEndpoints);
    }

    private void WarnUnused<T>(NameTable<T> table)
        where T : class, INamedStatement
    {
        foreach (var statement in table.All)
        {
            if (!_used.Contains((table.Keyword, statement.Name)))
            {
                _findings.Warn(statement.Position, ConfigRule.Ignored, $"{table.Keyword} {statement.Name} is never used");
            }
        }
    }
}
