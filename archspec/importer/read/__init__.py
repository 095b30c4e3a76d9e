"""Readers: a file for each format, each from a file to a flat graph."""

from archspec.importer.read.files import is_model_file as is_model_file
from archspec.importer.read.read import read_config as read_config
from archspec.importer.read.read import read_model as read_model
