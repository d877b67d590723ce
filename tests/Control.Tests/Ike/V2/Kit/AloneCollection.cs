namespace Control.Tests.Ike.V2.Kit;

/// <summary>Tests that weigh memory, so that none may run beside them.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection
{
}
